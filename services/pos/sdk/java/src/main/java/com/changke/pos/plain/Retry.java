package com.changke.pos.plain;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;

/**
 * When a call is tried again: only after failures that pass by themselves. The waits
 * double from base to cap, each between half of that and all of it so that tills do
 * not come back in step; a Retry-After counts if it is longer. No try begins later than
 * patience after the first.
 */
public final class Retry {
    /** Eight tries within 30 seconds, waiting 0.2 to 10 seconds. */
    public static final Retry STANDARD = new Retry(8, Duration.ofMillis(200), Duration.ofSeconds(10), Duration.ofSeconds(30));
    /** One try. */
    public static final Retry NEVER = new Retry(1, Duration.ZERO, Duration.ZERO, Duration.ZERO);

    private final int tries;
    private final Duration base;
    private final Duration cap;
    private final Duration patience;

    public Retry(int tries, Duration base, Duration cap, Duration patience) {
        this.tries = tries;
        this.base = base;
        this.cap = cap;
        this.patience = patience;
    }

    /** Calls until it succeeds, fails for good, or tries or patience are used up. */
    public <T> T run(Supplier<T> call) {
        long began = System.nanoTime();
        for (int n = 1; ; n++) {
            Duration wait;
            try {
                return call.get();
            } catch (PosException failure) {
                wait = longer(afterTry(n), failure.retryAfter());
                if (!failure.passing() || n >= tries || wait.plusNanos(System.nanoTime() - began).compareTo(patience) > 0) {
                    throw failure;
                }
            }
            try {
                Thread.sleep(wait.toMillis());
            } catch (InterruptedException stop) {
                Thread.currentThread().interrupt();
                throw new PosException("canceled", "", "interrupted while waiting to try again", java.util.List.of(), Duration.ZERO, "", stop);
            }
        }
    }

    private Duration afterTry(int n) {
        double most = Math.min(cap.toMillis(), base.toMillis() * Math.pow(2, n - 1));
        return Duration.ofMillis((long) (most * (0.5 + ThreadLocalRandom.current().nextDouble() / 2)));
    }

    private static Duration longer(Duration a, Duration b) {
        return a.compareTo(b) > 0 ? a : b;
    }
}
