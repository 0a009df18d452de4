import com.changke.pos.plain.OfflineQueue;
import com.changke.pos.plain.PlainClient;
import com.changke.pos.plain.PosException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** A till without a line: bills go to the disk first and leave it when accepted. */
public final class Offline {
    // [offline]
    private final OfflineQueue queue;

    Offline(Path directory) throws IOException {
        queue = new OfflineQueue(directory); // one process a directory
    }

    /** Called by the till. The bill is on the disk before the cashier goes on. */
    void closeBill(Map<String, Object> bill) throws IOException {
        queue.add(bill);
    }

    /** Called when the line is back, and every minute. */
    void sendAll(PlainClient pos) throws IOException {
        try {
            queue.drain(pos::recordBills);
        } catch (PosException failure) {
            if (!failure.passing()) {
                throw failure;
            }
            System.out.println("later: " + failure.code() + ", " + queue.size() + " wait");
        }
        for (Map<String, Object> letter : queue.deadLetters()) { // refused: they never vanish, and somebody has to look
            System.out.println("to be mended: " + letter.get("bill") + " " + letter.get("reason") + " " + letter.get("message"));
        }
    }
    // [end]

    public static void main(String[] args) throws IOException {
        Offline till = new Offline(Path.of(System.getenv("CHANGKE_STATE"), "bills-java"));
        for (int n = 1; n <= 603; n++) {
            Map<String, Object> bill = new HashMap<>(Map.of("storeCode", "S01", "source", "example-java", "billNo", System.getenv("CHANGKE_TODAY") + "-" + n, "revision", 1));
            bill.putAll(Map.of("businessDate", System.getenv("CHANGKE_TODAY"), "mealPeriod", "MEAL_PERIOD_LUNCH", "closeTime", System.getenv("CHANGKE_TODAY") + "T12:30:00+08:00",
                    "amountFen", n * 100, "status", "BILL_STATUS_PAID"));
            till.closeBill(bill);
        }
        till.sendAll(new PlainClient(System.getenv("CHANGKE_URL"), System.getenv("CHANGKE_KEY")));
        System.out.println("left: " + till.queue.size());
        till.queue.close();
    }
}
