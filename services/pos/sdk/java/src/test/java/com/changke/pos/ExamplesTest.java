package com.changke.pos;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import com.changke.pos.plain.Json;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.lang.reflect.Method;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.Test;

/** The examples do what the vendor's guide says. They are programs without a package, so they are called by name. */
public class ExamplesTest {
    private static List<String> say(String name) throws Exception {
        PrintStream screen = System.out;
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        System.setOut(new PrintStream(said, true, StandardCharsets.UTF_8));
        try {
            Class.forName(name).getMethod("main", String[].class).invoke(null, (Object) new String[0]);
        } finally {
            System.setOut(screen);
        }
        return List.of(said.toString(StandardCharsets.UTF_8).split("\n"));
    }

    @Test
    public void aDay() throws Exception {
        assertEquals(List.of("BILL_OUTCOME_RECORDED"), say("FirstBillGrpc"));
        assertEquals(List.of("BILL_OUTCOME_DUPLICATE"), say("FirstBill"));
        List<String> said = say("Retries");
        assertTrue(said.toString(), said.get(0).startsWith("bill.not_found ") && said.get(1).startsWith("ask for help with "));
        assertTrue(said.get(2), said.get(2).matches("guest: (GUEST_CLASS_OWNED|unknown)")); // the till does not wait for a busy server
        assertEquals(List.of("left: 0"), say("Offline"));
        int total = 0;
        while (total < 604) { // what was written within the last two seconds comes with the next look
            said = say("Reconcile");
            total += Integer.parseInt(said.get(0).substring(said.get(0).lastIndexOf(' ') + 1));
        }
        assertEquals(604, total);
        assertEquals("complete", said.get(1));
    }

    @Test
    public void webhooks() throws Exception {
        Map<String, Object> sent = Json.object(Json.read(Files.readString(Path.of(System.getenv("CHANGKE_WEBHOOK")))));
        List<Object> told = new ArrayList<>();
        Consumer<Map<String, Object>> act = event -> told.add(event.get("type"));
        Class<?> receiver = Class.forName("WebhookReceiver");
        Object r = receiver.getConstructor(Consumer.class, String[].class).newInstance(act, ((List<?>) sent.get("secrets")).toArray(new String[0]));
        Method serve = receiver.getMethod("serve", int.class);
        HttpServer server = (HttpServer) serve.invoke(r, 0);
        try {
            String body = Json.text(sent.get("body"));
            assertEquals(204, post(server, sent, body));
            assertEquals(204, post(server, sent, body));
            assertEquals(401, post(server, sent, body + " "));
        } finally {
            server.stop(0);
        }
        assertEquals(List.of("guest.blacklisted"), told);
    }

    private static int post(HttpServer server, Map<String, Object> sent, String body) throws Exception {
        HttpRequest.Builder b = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/")).POST(HttpRequest.BodyPublishers.ofString(body));
        Json.object(sent.get("headers")).forEach((name, value) -> b.header(name, Json.text(value)));
        return HttpClient.newHttpClient().send(b.build(), HttpResponse.BodyHandlers.discarding()).statusCode();
    }
}
