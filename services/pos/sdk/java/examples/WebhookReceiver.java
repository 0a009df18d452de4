import com.changke.pos.plain.Webhooks;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** Receives webhooks; behind your proxy, which ends TLS. */
public class WebhookReceiver {
    private final Webhooks webhooks;
    private final Consumer<Map<String, Object>> act;
    private final Set<String> seen = ConcurrentHashMap.newKeySet(); // in a database of yours

    /** Proves each event and hands every one over once. Two secrets while one is being exchanged. */
    public WebhookReceiver(Consumer<Map<String, Object>> act, String... secrets) {
        this.webhooks = new Webhooks(secrets);
        this.act = act;
    }

    public HttpServer serve(int port) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", port), 0);
        server.createContext("/", this::receive);
        server.start();
        return server;
    }

    // [webhooks]
    private void receive(HttpExchange x) throws IOException {
        String id = x.getRequestHeaders().getFirst("webhook-id");
        int status = 204; // anything else is tried again
        try {
            byte[] body = x.getRequestBody().readAllBytes();
            Map<String, Object> event = webhooks.verify(id, x.getRequestHeaders().getFirst("webhook-timestamp"), x.getRequestHeaders().getFirst("webhook-signature"), body);
            if (!seen.contains(id)) {
                act.accept(event);
                seen.add(id);
            }
        } catch (Webhooks.BadSignature e) {
            status = 401;
        }
        x.sendResponseHeaders(status, -1);
        x.close();
    }
    // [end]
}
