package org.usagestreams;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** What the modules' dependencies cannot keep by themselves. */
@AnalyzeClasses(packages = "org.usagestreams", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    @ArchTest
    static final ArchRule RULES_DEPEND_ON_CHUNKS_AND_THE_JDK_ALONE = classes()
            .that()
            .resideInAPackage("..usagestreams.rules..")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                    "java..",
                    "..usagestreams.rules..",
                    "..usagestreams.wire.chunk..",
                    "..usagestreams.wire.message..",
                    "com.google.protobuf..");

    @ArchTest
    static final ArchRule CHUNKS_KNOW_NEITHER_KAFKA_NOR_PARQUET_NOR_JSON = classes()
            .that()
            .resideInAPackage("..usagestreams.wire.chunk..")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                    "java..",
                    "..usagestreams.wire.chunk..",
                    "..usagestreams.wire.message..",
                    "com.google.protobuf..",
                    "com.github.luben.zstd..");

    @ArchTest
    static final ArchRule LEDGER_RULES_KNOW_NEITHER_KAFKA_NOR_A_CLOCK = noClasses()
            .that()
            .resideInAPackage("..summarizer.ledger..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.apache.kafka..")
            .orShould()
            .dependOnClassesThat()
            .areAssignableTo(java.time.Clock.class);

    @ArchTest
    static final ArchRule STREAMS_ARE_KNOWN_TO_THE_SUMMARIZER_ONLY = noClasses()
            .that()
            .resideOutsideOfPackage("..usagestreams.summarizer..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.apache.kafka.streams..");

    @ArchTest
    static final ArchRule PARQUET_IS_KNOWN_TO_WHAT_READS_AND_WRITES_FILES_ONLY = noClasses()
            .that()
            .resideOutsideOfPackages(
                    "..splitter..",
                    "..intake..",
                    "..sample..",
                    "..parquet..",
                    "..operations.upload..",
                    "..cli..",
                    "..testkit..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.apache.parquet..", "org.apache.hadoop..");

    @ArchTest
    static final ArchRule PACKAGES_HAVE_NO_CYCLES =
            slices().matching("org.usagestreams.(**)").should().beFreeOfCycles();
}
