package com.changke.pos.plain;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Keeps bills on the disk until the server has taken them (离线队列). What add has returned
 * for is not lost, whenever the process or the machine stops. Bills are sent in the order
 * of add; one that the server refuses becomes a dead letter with its reason and holds
 * nobody up. Safe to be used by several threads; a directory of its own belongs to one
 * process, and holds guests' numbers: keep it to your program's user.
 */
public final class OfflineQueue implements Closeable {
    /** How many bills one call takes. */
    public static final int MAX_BATCH = 500;

    private static final int MAX_BATCH_BYTES = 512 << 10; // of a call, half of what the server reads
    private static final long COMPACT_AT = 8 << 20; // a file of so much is written anew without what is settled

    /** What a drain did. */
    public static final class Drained {
        /** Recorded now, superseded ones and parked refund notes too. */
        public int recorded;
        /** On file already: sent before, and the answer was lost. */
        public int known;
        /** Dead letters now. */
        public int refused;
    }

    // Closing any channel of a file gives back what this process holds of it: who is refused here never opens one.
    private static final Set<Path> OPEN = ConcurrentHashMap.newKeySet();

    private final Path place;
    private FileChannel lock;
    private Journal log;
    private Journal dead;
    private final List<Map<String, Object>> pending = new ArrayList<>();
    private final List<Map<String, Object>> letters = new ArrayList<>();
    private final Object draining = new Object();
    private boolean closed;

    /** Opens or makes a queue. IOException: another process has it open, or a file is damaged; then nothing was changed. */
    public OfflineQueue(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            Files.createDirectories(directory);
            if (directory.getFileSystem().supportedFileAttributeViews().contains("posix")) {
                Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
            }
        }
        place = directory.toRealPath();
        if (!OPEN.add(place)) {
            throw taken();
        }
        try {
            lock = FileChannel.open(directory.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            hold();
            dead = new Journal(directory.resolve("dead.log"), letters::add);
            log = new Journal(directory.resolve("queue.log"), this::read);
        } catch (IOException | RuntimeException e) {
            close();
            throw e;
        }
    }

    private void hold() throws IOException {
        try {
            if (lock.tryLock() == null) {
                throw taken();
            }
        } catch (OverlappingFileLockException here) { // by a class of this name that another loader brought
            throw taken();
        }
    }

    private IOException taken() {
        return new IOException("somebody has this offline queue open: " + place);
    }

    private void read(Map<String, Object> entry) {
        pending.addAll(Json.objects(entry.get("add")));
        long done = Json.number(entry.get("done"));
        if (done < 0 || done > pending.size()) {
            throw new IllegalArgumentException("more bills settled than added");
        }
        pending.subList(0, (int) done).clear();
    }

    /** Lets another process open the queue. */
    @Override
    public synchronized void close() throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        try {
            for (Closeable c : new Closeable[] {log, dead, lock}) { // the lock last: now the files are another's
                if (c != null) {
                    c.close();
                }
            }
        } finally {
            OPEN.remove(place);
        }
    }

    /** Puts bills on the disk, all or none; once it returns they are safe. */
    public void add(List<Map<String, Object>> bills) throws IOException {
        if (bills.isEmpty()) {
            return;
        }
        List<Map<String, Object>> own = Json.objects(Json.read(Json.write(bills))); // the caller may change his own
        synchronized (this) {
            log.append(Map.of("add", own));
            pending.addAll(own);
        }
    }

    /** The same with one bill. */
    public void add(Map<String, Object> bill) throws IOException {
        add(List.of(bill));
    }

    /** How many bills wait to be sent. */
    public synchronized int size() {
        return pending.size();
    }

    /** The refused bills, oldest first: bill, reason, message, request_id, time. */
    public synchronized List<Map<String, Object>> deadLetters() {
        return new ArrayList<>(letters);
    }

    /** Puts dead letters that match back to the end of the queue, once what was wrong is mended. Gives how many. */
    public synchronized int revive(Predicate<Map<String, Object>> match) throws IOException {
        List<Map<String, Object>> taken = new ArrayList<>();
        letters.stream().filter(match).forEach(d -> taken.add(Json.object(d.get("bill"))));
        if (!taken.isEmpty()) {
            log.append(Map.of("add", taken));
            pending.addAll(taken); // cut off here they are in both: sent, and refused or not, once more
        }
        return forget(match);
    }

    /** Takes dead letters that match away for good, after a person has dealt with them. Gives how many. */
    public synchronized int forget(Predicate<Map<String, Object>> match) throws IOException {
        List<Map<String, Object>> rest = new ArrayList<>(letters);
        if (!rest.removeIf(match)) {
            return 0;
        }
        int taken = letters.size() - rest.size();
        dead.replace(rest);
        letters.retainAll(rest);
        return taken;
    }

    /**
     * Sends what waits until nothing does: drain(pos::recordBills). A PosException that
     * waiting may mend ends it: what was answered is settled, the rest stays. Cut off at any
     * point nothing is lost, and what is sent twice counts once. Call it whenever the line is
     * back and now and then.
     */
    public Drained drain(Function<List<Map<String, Object>>, List<Map<String, Object>>> recordBills) throws IOException {
        Drained told = new Drained();
        synchronized (draining) {
            for (List<Map<String, Object>> batch = next(); !batch.isEmpty(); batch = next()) {
                List<Map<String, Object>> results = new ArrayList<>();
                try {
                    send(recordBills, batch, results);
                } finally {
                    settle(batch, results, told);
                }
            }
        }
        return told;
    }

    /** What one call takes from the front. */
    private synchronized List<Map<String, Object>> next() {
        List<Map<String, Object>> batch = new ArrayList<>();
        int bytes = 0;
        for (Map<String, Object> bill : pending) {
            bytes += Json.write(bill).getBytes(StandardCharsets.UTF_8).length;
            if (batch.size() == MAX_BATCH || !batch.isEmpty() && bytes > MAX_BATCH_BYTES) {
                break;
            }
            batch.add(bill);
        }
        return batch;
    }

    /** Sends a batch and adds a result for as many of its first bills as were answered. One bill that makes the server refuse the whole call is found by halving. */
    private static void send(Function<List<Map<String, Object>>, List<Map<String, Object>>> recordBills, List<Map<String, Object>> batch, List<Map<String, Object>> results) {
        List<Map<String, Object>> answers;
        try {
            answers = recordBills.apply(batch);
        } catch (PosException failure) {
            if (!failure.code().equals("invalid_argument") && !failure.reason().equals("request_too_large")) {
                throw failure;
            }
            if (batch.size() > 1) {
                int half = batch.size() / 2;
                send(recordBills, batch.subList(0, half), results);
                send(recordBills, batch.subList(half, batch.size()), results);
                return;
            }
            StringBuilder words = new StringBuilder(failure.words());
            failure.violations().forEach(v -> words.append(' ').append(v.field).append('：').append(v.message));
            results.add(Map.of("reason", failure.reason(), "message", words.toString(), "request_id", failure.requestId()));
            return;
        }
        if (answers.size() != batch.size()) {
            throw new PosException("internal", "client.not_changke", "回答的不是常客：核对地址、代理和证书。", List.of(), java.time.Duration.ZERO, "", null);
        }
        results.addAll(answers);
    }

    /** Takes answered bills off the front: first the refused ones are safe as dead letters, then the rest is done with. Cut off between the two, they are sent again. */
    private synchronized void settle(List<Map<String, Object>> batch, List<Map<String, Object>> results, Drained told) throws IOException {
        if (results.isEmpty()) {
            return;
        }
        for (int i = 0; i < results.size(); i++) {
            switch (Json.text(results.get(i).get("outcome"))) {
                case "BILL_OUTCOME_DUPLICATE":
                    told.known++;
                    break;
                case "BILL_OUTCOME_RECORDED":
                case "BILL_OUTCOME_SUPERSEDED":
                case "BILL_OUTCOME_PARKED":
                    told.recorded++;
                    break;
                default: // refused, or a word that came later: nothing is dropped that nobody understood
                    told.refused++;
                    bury(batch.get(i), results.get(i));
            }
        }
        List<Map<String, Object>> rest = new ArrayList<>(pending.subList(results.size(), pending.size()));
        if (rest.isEmpty() || log.size() > COMPACT_AT) {
            List<Map<String, Object>> lines = new ArrayList<>();
            for (int at = 0; at < rest.size(); at += MAX_BATCH) {
                lines.add(Map.of("add", rest.subList(at, Math.min(at + MAX_BATCH, rest.size()))));
            }
            log.replace(lines);
        } else {
            log.append(Map.of("done", results.size()));
        }
        pending.clear();
        pending.addAll(rest);
    }

    private void bury(Map<String, Object> bill, Map<String, Object> result) throws IOException {
        if (letters.stream().anyMatch(d -> bill.equals(d.get("bill")))) {
            return; // written before a stop
        }
        Map<String, Object> letter = new LinkedHashMap<>();
        letter.put("bill", bill);
        letter.put("reason", Json.text(result.get("reason")).isEmpty() ? "client.unknown_outcome" : result.get("reason"));
        letter.put("message", Json.text(result.get("message")));
        if (!Json.text(result.get("request_id")).isEmpty()) {
            letter.put("request_id", result.get("request_id"));
        }
        letter.put("time", Instant.now().toString());
        dead.append(letter);
        letters.add(letter);
    }
}
