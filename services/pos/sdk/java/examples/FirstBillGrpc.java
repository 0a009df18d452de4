import com.changke.pos.PosClient;
import com.changke.visit.v1.Bill;
import com.changke.visit.v1.BillOutcome;
import com.changke.visit.v1.BillResult;
import com.changke.visit.v1.BillStatus;
import com.changke.visit.v1.MealPeriod;
import com.google.protobuf.Timestamp;
import java.time.Instant;
import java.util.List;

/** The first bill, over gRPC. */
public class FirstBillGrpc {
    public static void main(String[] args) {
        try (PosClient pos = new PosClient(System.getenv("CHANGKE_URL"), System.getenv("CHANGKE_KEY"))) {
            long closed = Instant.parse(System.getenv("CHANGKE_TODAY") + "T12:41:07Z").getEpochSecond();
            Bill bill = Bill.newBuilder()
                    .setStoreCode("S01").setSource("example-java").setBillNo(System.getenv("CHANGKE_TODAY") + "-0042").setRevision(1)
                    .setNumber("13800138000").setBusinessDate(System.getenv("CHANGKE_TODAY")).setMealPeriod(MealPeriod.MEAL_PERIOD_DINNER)
                    .setCloseTime(Timestamp.newBuilder().setSeconds(closed)).setAmountFen(48800).setStatus(BillStatus.BILL_STATUS_PAID)
                    .build();

            BillResult result = pos.recordBills(List.of(bill)).get(0);
            if (result.getOutcome() == BillOutcome.BILL_OUTCOME_REFUSED) {
                System.out.println("refused: " + result.getReason() + " " + result.getMessage());
            } else {
                System.out.println(result.getOutcome());
            }
        }
    }
}
