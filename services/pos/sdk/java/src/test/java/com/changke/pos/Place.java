package com.changke.pos;

import static org.junit.Assert.assertThrows;

import com.changke.pos.plain.PosException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.function.ThrowingRunnable;

/** Where the tests call: a running server, told by the environment. */
final class Place {
    static final String URL = System.getenv("CHANGKE_URL"); // h2c and HTTP on this machine
    static final String BAD_LINE = System.getenv("CHANGKE_BAD_LINE"); // TLS; loses each write's first answer, then says 429
    static final Path CA = Path.of(System.getenv("CHANGKE_CA"));
    static final String KEY = System.getenv("CHANGKE_KEY");
    static final String GUEST = System.getenv("CHANGKE_GUEST");
    static final String REFERRER = System.getenv("CHANGKE_REFERRER");
    static final String BOOKER = System.getenv("CHANGKE_BOOKER");
    static final String TODAY = System.getenv("CHANGKE_TODAY");

    private static final String RUN = UUID.randomUUID().toString().substring(0, 8);
    private static final AtomicInteger COUNT = new AtomicInteger();

    private Place() {}

    /** Gives a number that nobody used before. */
    static String fresh(String kind) {
        return kind + "-" + RUN + "-" + COUNT.incrementAndGet();
    }

    static PosException refused(ThrowingRunnable call) {
        return assertThrows(PosException.class, call);
    }

    static SSLContext trust() throws Exception {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null);
        try (InputStream in = Files.newInputStream(CA)) {
            store.setCertificateEntry("ca", CertificateFactory.getInstance("X.509").generateCertificate(in));
        }
        TrustManagerFactory managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        managers.init(store);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, managers.getTrustManagers(), null);
        return context;
    }
}
