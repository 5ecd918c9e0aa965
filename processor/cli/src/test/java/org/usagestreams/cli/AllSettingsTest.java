package org.usagestreams.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.usagestreams.settings.Settings;
import org.usagestreams.settings.SettingsCatalog;
import org.usagestreams.splitter.ObjectTime;
import org.usagestreams.splitter.SplitLimits;
import org.usagestreams.splitter.SplitterSettings;
import org.usagestreams.summarizer.SummarySettings;
import org.usagestreams.summarizer.TopologySettings;
import org.usagestreams.testkit.ProjectFiles;
import org.usagestreams.topics.TopicRole;

/** The settings of all modules together. */
class AllSettingsTest {
    @Test
    void shouldHaveTheDefaultsThatTheCodeHas() {
        final Settings settings = Settings.of(Map.of());
        assertThat(SplitterSettings.limits(settings)).isEqualTo(SplitLimits.DEFAULTS);
        assertThat(SplitterSettings.objectTime(settings)).isEqualTo(ObjectTime.DEFAULTS);
        assertThat(SummarySettings.topology(settings)).isEqualTo(TopologySettings.DEFAULTS);
        assertThat(settings.topics().get(TopicRole.CHUNKS).partitions()).isEqualTo(12);
    }

    @Test
    void shouldTakeTheNumberOfPartitions() {
        assertThat(Settings.of(Map.of("topics.partitions", "3"))
                        .topics()
                        .get(TopicRole.SUMMARY)
                        .partitions())
                .isEqualTo(3);
    }

    @Test
    void shouldBeDocumented() throws IOException {
        assertThat(Files.readString(ProjectFiles.of("docs/settings.md")))
                .as("docs/settings.md; scripts/settings prints what it should hold")
                .endsWith(SettingsCatalog.installed().toMarkdown());
    }
}
