package com.changke.pos;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import com.changke.pos.plain.Json;
import com.changke.pos.plain.OfflineQueue;
import com.changke.pos.plain.PlainClient;
import com.changke.pos.plain.PosException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** Bills on the disk, sent to a running server. */
public class OfflineQueueTest {
    @Rule public final TemporaryFolder home = new TemporaryFolder();

    private final PlainClient pos = new PlainClient(Place.URL, Place.KEY);

    private static Map<String, Object> bill(String source, int no) {
        Map<String, Object> b = new HashMap<>(Map.of("storeCode", "S01", "source", source, "billNo", "" + no, "revision", 1, "tableName", "牡丹厅 <A&B>"));
        b.putAll(Map.of("businessDate", Place.TODAY, "mealPeriod", "MEAL_PERIOD_DINNER", "closeTime", Place.TODAY + "T11:30:00Z", "amountFen", 48800, "status", "BILL_STATUS_PAID"));
        return b;
    }

    private static PosException broken() {
        return new PosException("unavailable", "", "the line broke", List.of(), Duration.ZERO, "", null);
    }

    @Test
    public void sendsInOrderOverALineThatBreaks() throws Exception {
        Path place = home.getRoot().toPath().resolve("queue");
        try (OfflineQueue q = new OfflineQueue(place)) {
            assertThrows(IOException.class, () -> new OfflineQueue(place));
            for (int n = 0; n < 1100; n++) {
                Map<String, Object> b = bill("java-offline", n);
                if (n == 7) {
                    b.put("storeCode", "S99");
                } else if (n == 600) {
                    b.put("amountFen", -1);
                }
                q.add(b);
            }
            assertThrows(PosException.class, () -> q.drain(bills -> {
                pos.recordBills(bills); // arrives, and its answer is lost
                throw broken();
            }));
            assertEquals("nobody has answered", 1100, q.size());
        }
        try (OfflineQueue q = new OfflineQueue(place)) { // as after a restart
            OfflineQueue.Drained told = q.drain(pos::recordBills);
            assertArrayEquals(new int[] {599, 499, 2, 0}, new int[] {told.recorded, told.known, told.refused, q.size()});
        }
        try (OfflineQueue q = new OfflineQueue(place)) {
            assertEquals(List.of("7 bill.unknown_store", "600 invalid_field"),
                    q.deadLetters().stream().map(d -> Json.object(d.get("bill")).get("billNo") + " " + d.get("reason")).collect(Collectors.toList()));
            assertTrue(q.deadLetters().stream().allMatch(d -> !Json.text(d.get("message")).isEmpty() && !Json.text(d.get("time")).isEmpty()));
            assertEquals(1, q.forget(d -> "invalid_field".equals(d.get("reason"))));
            assertEquals(1, q.revive(d -> true));
            assertEquals(List.of(), q.deadLetters());
            assertEquals(1, q.drain(pos::recordBills).refused);
        }
    }

    @Test
    public void cutOffAtAnyByte() throws Exception {
        Path place = home.getRoot().toPath().resolve("queue");
        Path log = place.resolve("queue.log");
        List<Long> ends = new ArrayList<>();
        try (OfflineQueue q = new OfflineQueue(place)) {
            for (int n = 0; n < 3; n++) {
                q.add(bill("java-offline", n));
                ends.add(Files.size(log));
            }
        }
        byte[] whole = Files.readAllBytes(log);
        for (int cut = 0; cut <= whole.length; cut++) {
            Files.write(log, Arrays.copyOf(Arrays.copyOf(whole, cut), cut + cut % 2 * 3)); // with what a file system may leave behind the end
            int at = cut;
            try (OfflineQueue q = new OfflineQueue(place)) {
                assertEquals("cut at byte " + cut, ends.stream().filter(end -> at >= end).count(), q.size());
            }
        }
        whole[ends.get(0).intValue() + 20] ^= 1;
        Files.write(log, whole);
        assertThrows(IOException.class, () -> new OfflineQueue(place));
        assertArrayEquals("nothing is thrown away", whole, Files.readAllBytes(log));
    }

    /** Whoever tries in vain to open it here does not open it to another process. */
    @Test
    public void belongsToOneProcess() throws Exception {
        Path place = home.getRoot().toPath().resolve("queue");
        try (OfflineQueue q = new OfflineQueue(place)) {
            assertThrows(IOException.class, () -> new OfflineQueue(place.resolve("../queue")));
            assertEquals('-', other(place));
            q.add(bill("java-offline", 1));
        }
        assertEquals('+', other(place));
        try (OfflineQueue q = new OfflineQueue(place)) {
            assertEquals(1, q.size());
        }
    }

    private static int other(Path place) throws Exception {
        Process other = new ProcessBuilder(System.getProperty("java.home") + "/bin/java", "-cp", System.getProperty("java.class.path"), Other.class.getName(), place.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT).start();
        int said = other.getInputStream().read();
        other.waitFor();
        return said;
    }

    /** Another process, which says whether it could open the queue. */
    public static final class Other {
        private Other() {}

        public static void main(String[] args) {
            try (OfflineQueue q = new OfflineQueue(Path.of(args[0]))) {
                System.out.print(q.size() < 2 ? '+' : '?');
            } catch (IOException taken) {
                System.out.print('-');
            }
        }
    }

    /** A till that is killed with an answer that is not noted yet; what it added counts once. */
    @Test
    public void killedAfterTheAnswer() throws Exception {
        Path place = home.getRoot().toPath().resolve("queue");
        Process till = new ProcessBuilder(System.getProperty("java.home") + "/bin/java", "-cp", System.getProperty("java.class.path"), Killed.class.getName(), place.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT).start();
        assertEquals('.', till.getInputStream().read());
        till.destroyForcibly().waitFor();
        try (OfflineQueue q = new OfflineQueue(place)) {
            OfflineQueue.Drained told = q.drain(pos::recordBills);
            assertArrayEquals(new int[] {0, 20, 0}, new int[] {told.recorded, told.known, told.refused});
        }
    }

    /** That till: it stops after its first answer until somebody kills it. */
    public static final class Killed {
        private Killed() {}

        public static void main(String[] args) throws Exception {
            PlainClient pos = new PlainClient(Place.URL, Place.KEY);
            OfflineQueue q = new OfflineQueue(Path.of(args[0]));
            for (int n = 0; n < 20; n++) {
                q.add(bill("java-killed", n));
            }
            q.drain(bills -> {
                List<Map<String, Object>> answer = pos.recordBills(bills);
                System.out.print('.');
                System.out.flush();
                try {
                    System.in.read();
                } catch (IOException gone) {
                    // killed
                }
                return answer;
            });
        }
    }
}
