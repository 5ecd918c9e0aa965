package org.usagestreams.instance;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class OrganisationLabelsTest {
    @Test
    void shouldTellTheFirstOrganisationsApart() {
        final OrganisationLabels labels = new OrganisationLabels(2);
        assertThat(labels.of("a")).isEqualTo("a");
        assertThat(labels.of("b")).isEqualTo("b");
        assertThat(labels.of("c")).isEqualTo(OrganisationLabels.OTHER);
        assertThat(labels.of("a")).isEqualTo("a");
    }

    @Test
    void shouldTellNoneApartWhereThatIsNotWanted() {
        assertThat(new OrganisationLabels(0).of("a")).isEqualTo(OrganisationLabels.ALL);
    }
}
