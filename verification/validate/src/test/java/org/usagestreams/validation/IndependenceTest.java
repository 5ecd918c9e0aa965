package org.usagestreams.validation;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** What validates must not be right or wrong for the same reason as what it validates. */
@AnalyzeClasses(packages = "org.usagestreams", importOptions = DoNotIncludeTests.class)
class IndependenceTest {
    @ArchTest
    static final ArchRule VALIDATION_SHARES_NOTHING_THAT_DERIVES_ROWS = noClasses()
            .that()
            .resideInAPackage("..validation..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "..usagestreams.wire..",
                    "..usagestreams.rules..",
                    "..usagestreams.splitter..",
                    "..usagestreams.summarizer..",
                    "..usagestreams.operations..",
                    "..usagestreams.reference..",
                    "..usagestreams.parquet..",
                    "..usagestreams.sample..");
}
