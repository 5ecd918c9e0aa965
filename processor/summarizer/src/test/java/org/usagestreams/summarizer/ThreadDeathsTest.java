package org.usagestreams.summarizer;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class ThreadDeathsTest {
    private final SteppingTime time = new SteppingTime();
    private final ThreadDeaths deaths = new ThreadDeaths(time, 3, Duration.ofMinutes(5));

    @Test
    void shouldCountThoseOfTheLastWhileOnly() {
        assertThat(deaths.add()).isEqualTo(1);
        time.advance(Duration.ofMinutes(3));
        assertThat(deaths.add()).isEqualTo(2);
        time.advance(Duration.ofMinutes(3));
        assertThat(deaths.add()).isEqualTo(2);
    }

    @Test
    void shouldRememberNoMoreThanMatter() {
        for (int i = 0; i < 100; i++) {
            deaths.add();
        }
        assertThat(deaths.add()).isEqualTo(4);
    }
}
