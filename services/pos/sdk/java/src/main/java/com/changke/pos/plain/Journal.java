package com.changke.pos.plain;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.zip.CRC32;

/**
 * An append-only file of JSON lines, each with its checksum: "1a2b3c4d {…}", as the SDKs
 * of Go, TypeScript and Python write it. A line that stands there whole was synced before
 * anybody was told; of a write that was cut off nothing stays but the end of the file,
 * which the next opening takes away.
 */
final class Journal implements Closeable {
    private static final boolean WINDOWS = System.getProperty("os.name").startsWith("Windows");
    private static final int SUM = 9; // eight digits and a blank

    private final Path path;
    private FileChannel file;
    private long size;
    private IOException broken; // a write failed and could not be taken back

    /** Opens or makes the file and gives its lines to read. */
    Journal(Path path, Consumer<Map<String, Object>> read) throws IOException {
        this.path = path;
        this.file = open();
        try {
            load(read);
            syncDirectory();
        } catch (IOException | RuntimeException e) {
            file.close();
            throw e;
        }
    }

    private FileChannel open() throws IOException {
        return FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    }

    private void load(Consumer<Map<String, Object>> read) throws IOException {
        byte[] all = Files.readAllBytes(path);
        int at = 0;
        while (at < all.length) {
            int end = at;
            while (end < all.length && all[end] != '\n') {
                end++;
            }
            byte[] body = Arrays.copyOfRange(all, Math.min(at + SUM, end), end);
            boolean good = end - at > SUM && new String(all, at, SUM, StandardCharsets.ISO_8859_1).equals(checksum(body) + " ");
            if (end == all.length || !good && end == all.length - 1) {
                break; // cut off while it was written: nobody was told that it is safe
            }
            try {
                if (!good) {
                    throw new IllegalArgumentException("checksum");
                }
                read.accept(Json.object(Json.read(new String(body, StandardCharsets.UTF_8))));
            } catch (RuntimeException why) {
                throw new IOException("the offline queue's file is damaged, or newer than this version: " + path + " at byte " + at, why);
            }
            at = end + 1;
        }
        size = at;
        if (at < all.length) {
            cut(at);
        }
    }

    long size() {
        return size;
    }

    /** Writes a line and syncs it. An error leaves the file as it was. */
    void append(Map<String, Object> entry) throws IOException {
        whole();
        byte[] body = Json.write(entry).getBytes(StandardCharsets.UTF_8);
        ByteBuffer line = ByteBuffer.allocate(body.length + SUM + 1);
        line.put((checksum(body) + " ").getBytes(StandardCharsets.ISO_8859_1)).put(body).put((byte) '\n').flip();
        try {
            for (long at = size; line.hasRemaining(); ) {
                at += file.write(line, at);
            }
            file.force(false);
        } catch (IOException e) {
            try {
                cut(size);
            } catch (IOException failed) {
                broken = failed;
            }
            throw e;
        }
        size += line.limit();
    }

    /** Puts lines in the place of all there are, at once or not at all. */
    void replace(List<Map<String, Object>> entries) throws IOException {
        whole();
        if (entries.isEmpty()) {
            cut(0);
            return;
        }
        Path next = path.resolveSibling(path.getFileName() + ".new");
        Files.deleteIfExists(next);
        long written;
        try (Journal fresh = new Journal(next, line -> { })) {
            for (Map<String, Object> e : entries) {
                fresh.append(e);
            }
            written = fresh.size();
        }
        try {
            file.close(); // Windows renames no file that is open
            Files.move(next, path, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
            syncDirectory();
            file = open();
        } catch (IOException e) {
            broken = e;
            throw e;
        }
        size = written;
    }

    private void whole() throws IOException {
        if (broken != null) {
            throw new IOException("the offline queue can't be written and must be opened anew", broken);
        }
    }

    private void cut(long end) throws IOException {
        file.truncate(end);
        file.force(false);
        size = end;
    }

    /** Makes the file's name safe; NTFS keeps names in its own journal. */
    private void syncDirectory() throws IOException {
        if (!WINDOWS) {
            try (FileChannel directory = FileChannel.open(path.toAbsolutePath().getParent(), StandardOpenOption.READ)) {
                directory.force(true);
            }
        }
    }

    @Override
    public void close() throws IOException {
        file.close();
    }

    private static String checksum(byte[] body) {
        CRC32 sum = new CRC32();
        sum.update(body);
        return String.format("%08x", sum.getValue());
    }
}
