// [import]
import com.changke.pos.plain.PlainClient;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
// [end]

/** The first bill, over plain HTTP and JSON. */
public class FirstBill {
    public static void main(String[] args) {
        // [client]
        PlainClient pos = new PlainClient(System.getenv("CHANGKE_URL"), System.getenv("CHANGKE_KEY"));
        // [end]

        // [first-bill]
        Map<String, Object> bill = new HashMap<>();
        bill.put("storeCode", "S01");
        bill.put("source", "example-java");
        bill.put("billNo", System.getenv("CHANGKE_TODAY") + "-0042");
        bill.put("revision", 1);
        bill.put("number", "13800138000");
        bill.put("businessDate", System.getenv("CHANGKE_TODAY"));
        bill.put("mealPeriod", "MEAL_PERIOD_DINNER");
        bill.put("closeTime", System.getenv("CHANGKE_TODAY") + "T20:41:07+08:00");
        bill.put("amountFen", 48800);
        bill.put("status", "BILL_STATUS_PAID");

        Map<String, Object> result = pos.recordBills(List.of(bill)).get(0);
        if ("BILL_OUTCOME_REFUSED".equals(result.get("outcome"))) {
            System.out.println("refused: " + result.get("reason") + " " + result.get("message"));
        } else {
            System.out.println(result.get("outcome"));
        }
        // [end]
    }
}
