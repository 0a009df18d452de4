import com.changke.pos.plain.Json;
import com.changke.pos.plain.PlainClient;
import com.changke.pos.plain.PosException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** A till without a line: bills go into a file first and leave it when accepted. */
public class Offline {
    private final Path queue;

    Offline(Path queue) {
        this.queue = queue;
    }

    // [offline]
    /** Called by the till. The bill is on the disk before the cashier goes on. */
    synchronized void closeBill(Map<String, Object> bill) throws IOException {
        Files.writeString(queue, Json.write(bill) + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND, StandardOpenOption.SYNC);
    }

    /**
     * Called every minute. What was sent twice counts once, so a bill leaves the file only
     * after its answer, and a crash in between does no harm.
     */
    synchronized void sendAll(PlainClient pos) throws IOException {
        List<String> lines = Files.exists(queue) ? Files.readAllLines(queue) : List.of();
        while (!lines.isEmpty()) {
            List<Map<String, Object>> batch = lines.stream().limit(500).map(line -> Json.object(Json.read(line))).collect(Collectors.toList());
            List<Map<String, Object>> results;
            try {
                results = pos.recordBills(batch);
            } catch (PosException failure) {
                if (!failure.passing()) {
                    throw failure;
                }
                System.out.println("later: " + failure.code());
                return;
            }
            for (int i = 0; i < batch.size(); i++) {
                if ("BILL_OUTCOME_REFUSED".equals(results.get(i).get("outcome"))) {
                    System.out.println("to be mended: " + batch.get(i).get("billNo") + " " + results.get(i).get("reason") + " " + results.get(i).get("message"));
                }
            }
            lines = lines.subList(batch.size(), lines.size());
            Path rest = queue.resolveSibling("bills.rest");
            Files.write(rest, lines);
            Files.move(rest, queue, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE); // the old file or the new one
        }
    }
    // [end]

    public static void main(String[] args) throws IOException {
        Path file = Path.of(System.getenv("CHANGKE_STATE"), "bills-java.jsonl");
        Offline till = new Offline(file);
        for (int n = 1; n <= 603; n++) {
            Map<String, Object> bill = new java.util.HashMap<>(Map.of("storeCode", "S01", "source", "example-java", "billNo", "offline-" + n, "revision", 1));
            bill.putAll(Map.of("businessDate", System.getenv("CHANGKE_TODAY"), "mealPeriod", "MEAL_PERIOD_LUNCH", "closeTime", System.getenv("CHANGKE_TODAY") + "T12:30:00+08:00",
                    "amountFen", n * 100, "status", "BILL_STATUS_PAID"));
            till.closeBill(bill);
        }
        till.sendAll(new PlainClient(System.getenv("CHANGKE_URL"), System.getenv("CHANGKE_KEY")));
        System.out.println("left: " + Files.readAllLines(file).size());
    }
}
