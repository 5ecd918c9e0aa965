package org.usagestreams.documentation;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Links between pages, and to files of the project, lead somewhere. */
class LinksTest {
    @TempDir
    private Path folder;

    @Test
    void shouldHaveNoLinkThatLeadsNowhere() {
        final List<String> broken = new ArrayList<>();
        Page.all().forEach(page -> broken.addAll(broken(page)));
        assertThat(broken).isEmpty();
    }

    @Test
    void shouldFindLinksThatLeadNowhere() throws Exception {
        final Path file = folder.resolve("page.md");
        Files.writeString(file, """
            # A heading, with: signs

            [good](#a-heading-with-signs), [bad](#another), [missing](missing.md) and `[code](code.md)`
            [![picture](missing.svg)](page.md), [over
            two lines](gone.md)

            ```
            [code](code.md)
            ```
            """);
        assertThat(broken(Page.read(file)))
                .extracting(text -> text.replaceFirst(".*: ", ""))
                .containsExactly("#another", "missing.md", "missing.svg", "gone.md");
    }

    private static List<String> broken(Page page) {
        final List<String> broken = new ArrayList<>();
        for (final Page.Link link : page.links()) {
            if (link.target().matches("[a-z]+:.*")) {
                continue;
            }
            final String path = link.target().replaceFirst("#.*", "");
            final Path target = path.isEmpty() ? page.file() : page.file().resolveSibling(path);
            final String anchor = link.target().contains("#") ? link.target().replaceFirst(".*#", "") : "";
            if (!Files.exists(target)
                    || (!anchor.isEmpty()
                            && target.toString().endsWith(".md")
                            && !Page.read(target).anchors().contains(anchor))) {
                broken.add(page.place(link.line()) + ": " + link.target());
            }
        }
        return broken;
    }
}
