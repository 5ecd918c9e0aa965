package org.usagestreams.instance;

import static org.apache.kafka.common.config.ConfigDef.Importance.LOW;
import static org.apache.kafka.common.config.ConfigDef.Importance.MEDIUM;
import static org.apache.kafka.common.config.ConfigDef.Range.between;
import static org.apache.kafka.common.config.ConfigDef.Type.INT;
import static org.apache.kafka.common.config.ConfigDef.Type.LIST;
import static org.apache.kafka.common.config.ConfigDef.Type.STRING;
import static org.apache.kafka.common.config.ConfigDef.ValidList.anyNonDuplicateValues;
import static org.apache.kafka.common.config.ConfigDef.ValidString.in;

import java.util.List;
import org.apache.kafka.common.config.ConfigDef;

/** Who may sign in to the console, and what for. */
final class ConsoleSettings {
    private ConsoleSettings() {}

    static void define(ConfigDef definition) {
        definition.define(
                "console.users.file",
                STRING,
                "",
                MEDIUM,
                "File with the console's users. Each line has a name, viewer or operator, organisations separated by"
                        + " commas or *, and the SHA-256 of the user's token in hexadecimal. console --make-token"
                        + " prints a token and its line. The file is read again when it changes. Empty: nobody can"
                        + " sign in, and the console changes nothing.");
        ConsoleOidcSettings.define(definition);
        definition.define(
                "console.sign.in",
                STRING,
                "changes",
                in("changes", "all"),
                MEDIUM,
                "What requires sign-in: only changes, or all pages. With all, users see only their organisations.");
        definition.define(
                "console.session.ms",
                INT,
                28_800_000,
                between(60_000, 604_800_000),
                LOW,
                "How long a session lasts. After this time the console asks for the token again.");
        definition.define(
                "console.sign.in.attempts",
                INT,
                10,
                between(1, 1_000),
                LOW,
                "Maximum number of wrong tokens from one address in a minute. Further sign-ins are refused without"
                        + " checking the token.");
        definition.define(
                "console.docs.url",
                STRING,
                "",
                LOW,
                "URL of the folder docs in your copy of the repository, with a slash at its end, for links to pages"
                        + " such as operations.md. Empty: the console names pages without links.");
        definition.define(
                "console.instances",
                LIST,
                List.of(),
                anyNonDuplicateValues(true, false),
                MEDIUM,
                "Addresses of instances on other hosts, such as http://splitters:8080, whose state the console reads. If"
                        + " the host of an http address has several IP addresses, each is an instance. If"
                        + " http.token.for is all, the console sends http.token. Instances of its own host are found"
                        + " by their folders.");
        definition.define(
                "console.compare.rows",
                INT,
                200_000,
                between(1_000, 10_000_000),
                LOW,
                "Most records of a partition, of both versions together, that the console compares when somebody looks"
                        + " what a new version would change. A partition with more is named as not compared. Each takes"
                        + " about 500 bytes of memory meanwhile.");
        definition.define(
                "console.compare.ms",
                INT,
                20_000,
                between(1_000, 600_000),
                LOW,
                "How long the console compares a new version for somebody. What was not compared by then is named.");
        definition.define(
                "console.viewers",
                INT,
                100,
                between(0, 10_000),
                LOW,
                "Maximum number of pages of the console that are kept up to date at once, for all viewers together."
                        + " Further pages show the state when they were loaded.");
    }
}
