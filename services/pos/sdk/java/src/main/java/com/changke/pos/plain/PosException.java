package com.changke.pos.plain;

import java.time.Duration;
import java.util.List;

/** A call that was refused or not answered. */
public final class PosException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** What is wrong with one field of a request. */
    public static final class Violation {
        /** Path of the field, e.g. "bills[0].business_date". */
        public final String field;
        /** Id of the rule; empty for plain errors of shape. */
        public final String rule;
        /** How to mend it, in Chinese. */
        public final String message;
        /** The same in English, of plain errors of shape; else empty. */
        public final String messageEn;

        public Violation(String field, String rule, String message, String messageEn) {
            this.field = field;
            this.rule = rule;
            this.message = message;
            this.messageEn = messageEn;
        }
    }

    private final String code;
    private final String reason;
    private final String words;
    private final transient List<Violation> violations;
    private final Duration retryAfter;
    private final String requestId;

    public PosException(String code, String reason, String words, List<Violation> violations, Duration retryAfter, String requestId, Throwable cause) {
        super((reason.isEmpty() ? code : reason) + ": " + words + " (request " + (requestId.isEmpty() ? "-" : requestId) + ")", cause);
        this.code = code;
        this.reason = reason;
        this.words = words;
        this.violations = List.copyOf(violations);
        this.retryAfter = retryAfter;
        this.requestId = requestId;
    }

    /** Kind of failure, e.g. "invalid_argument", "unauthenticated", "unavailable". */
    public String code() {
        return code;
    }

    /** Stable name for programs, e.g. "bill.not_found"; empty if the server said none. */
    public String reason() {
        return reason;
    }

    /** What happened and how to mend it, in Chinese, to be shown as it is. */
    public String words() {
        return words;
    }

    /** Field by field what is wrong; empty unless the request was invalid. */
    public List<Violation> violations() {
        return violations;
    }

    /** After which the same call may succeed; zero = not said. */
    public Duration retryAfter() {
        return retryAfter;
    }

    /** To be named when asking for help; may be empty. */
    public String requestId() {
        return requestId;
    }

    /** Whether the same call may succeed later, unchanged. */
    public boolean passing() {
        return code.equals("unavailable") || code.equals("deadline_exceeded") || code.equals("resource_exhausted") && !retryAfter.isZero();
    }
}
