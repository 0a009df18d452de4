import com.changke.pos.plain.PlainClient;
import com.changke.pos.plain.PosException;
import com.changke.pos.plain.Retry;
import java.net.http.HttpClient;
import java.time.Duration;

/** What a till does when a call fails. */
public class Retries {
    public static void main(String[] args) {
        // [errors]
        // Eight tries within 30 seconds are usual; a till that has people waiting tries less.
        Retry less = new Retry(3, Duration.ofMillis(200), Duration.ofSeconds(2), Duration.ofSeconds(10));
        PlainClient pos = new PlainClient(System.getenv("CHANGKE_URL"), System.getenv("CHANGKE_KEY"), HttpClient.newHttpClient(), Duration.ofSeconds(3), less);

        try {
            pos.getBill("S01", "example-java", "no-such-bill");
        } catch (PosException failure) {
            if (failure.passing()) {
                System.out.println("later: " + failure.code()); // keep it and send it again, see Offline
            } else {
                System.out.println(failure.reason() + " " + failure.words()); // for the cashier, as it is
                System.out.println("ask for help with " + failure.requestId()); // for the log
            }
        }
        // [end]

        // [lookup]
        try {
            System.out.println("guest: " + pos.lookupGuest("S01", "13810010001").get("guestClass"));
        } catch (PosException failure) {
            System.out.println("guest: unknown"); // the till goes on without the answer
        }
        // [end]
    }
}
