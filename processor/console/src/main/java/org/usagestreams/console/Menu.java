package org.usagestreams.console;

import java.util.List;

/** An entry of the pages' menu. */
public record Menu(String name, String path) {
    /** All, in order. */
    public static final List<Menu> ITEMS = List.of(
            new Menu("Now", "/"),
            new Menu("Days", "/days"),
            new Menu("Files", "/files"),
            new Menu("Failures", "/failures"),
            new Menu("Data", "/data"),
            new Menu("Fleet", "/fleet"),
            new Menu("Reference", "/reference"),
            new Menu("Settings", "/settings"));
}
