package org.usagestreams.benchmark;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** A size of a cluster-day. */
enum Scale {
    ROWS_22K("22k", 9, 1),
    ROWS_100K("100k", 40, 1),
    ROWS_250K("250k", 100, 1),
    ROWS_500K("500k", 200, 1),
    ROWS_1M("1m", 400, 1),
    ROWS_2M("2m", 800, 1),
    /** Ten days of 1m in one object. */
    ROWS_10M("10m", 400, 10);

    private final String title;
    private final int nodes;
    private final int days;

    Scale(String title, int nodes, int days) {
        this.title = title;
        this.nodes = nodes;
        this.days = days;
    }

    /** Its name on the command line and in the report. */
    String title() {
        return title;
    }

    Workload workload() {
        return Workload.ofNodes(title, nodes, days);
    }

    /** The scale of that name. */
    static Scale of(String title) {
        return Arrays.stream(values())
                .filter(scale -> scale.title.equalsIgnoreCase(title))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("there is no scale " + title + ", but " + titles()));
    }

    static List<String> titles() {
        return Arrays.stream(values()).map(Scale::title).collect(Collectors.toList());
    }
}
