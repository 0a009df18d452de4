import com.changke.pos.plain.Json;
import com.changke.pos.plain.PlainClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Does Changke have what the till has? Once a day. */
public class Reconcile {
    public static void main(String[] args) throws IOException {
        PlainClient pos = new PlainClient(System.getenv("CHANGKE_URL"), System.getenv("CHANGKE_KEY"));

        // [feed]
        Path place = Path.of(System.getenv("CHANGKE_STATE"), "cursor-java");

        // Whatever was recorded since last time, each revision once.
        Map<List<Object>, Long> held = new HashMap<>();
        pos.eachBillPage("S01", Files.exists(place) ? Files.readString(place) : "", page -> {
            for (Map<String, Object> recorded : Json.objects(page.get("bills"))) {
                Map<String, Object> bill = Json.object(recorded.get("bill"));
                held.put(List.of(bill.get("source"), bill.get("billNo"), bill.get("revision")), Json.number(bill.get("amountFen")));
            }
            try {
                Files.writeString(place, Json.text(page.get("nextCursor"))); // only now: a crash reads this page again
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        System.out.println("bills of example-java: " + held.keySet().stream().filter(k -> k.get(0).equals("example-java")).count());
        // [end]

        // [totals]
        // The day as a whole: a difference names the gap.
        Map<String, Object> day = Map.of("storeCode", "S01", "businessDate", System.getenv("CHANGKE_TODAY"), "source", "example-java", "billCount", 604, "amountFen", 18259400);
        Map<String, Object> total = pos.reportDayTotals(List.of(day)).get(0);
        System.out.println(Boolean.TRUE.equals(total.get("matches")) ? "complete" : "told " + total.get("toldFen") + ", held " + total.get("heldFen"));
        // [end]
    }
}
