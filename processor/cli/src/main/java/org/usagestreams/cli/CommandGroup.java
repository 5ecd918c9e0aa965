package org.usagestreams.cli;

import java.util.List;

/** The purposes of commands: the sections of {@code usage-streams --help}, in the order of their use. */
public enum CommandGroup {
    RUN(
            "Run it",
            "run",
            "intake",
            "splitter",
            "processor",
            "validator",
            "console",
            "sink",
            "topics",
            "access",
            "strimzi"),
    WATCH("Upload and watch", "upload", "payload", "wait", "status", "validate"),
    REPAIR("Repair", "deadletters", "reconcile", "replay", "readmit"),
    OPERATE("Operate", "threads", "reference", "fillfactor", "settings", "completion"),
    DEVELOP("Develop and measure", "generate", "case", "benchmark", "crash", "simulate", "dashboard");

    private final String title;

    @SuppressWarnings("ImmutableEnumChecker") // Always List.of.
    private final List<String> commands;

    CommandGroup(String title, String... commands) {
        this.title = title;
        this.commands = List.of(commands);
    }

    /** The heading of its section. */
    public String title() {
        return title;
    }

    /** The names of its commands. Those of modules that are not on the class path do not exist. */
    public List<String> commands() {
        return commands;
    }
}
