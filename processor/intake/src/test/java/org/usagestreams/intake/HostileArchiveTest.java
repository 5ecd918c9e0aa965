package org.usagestreams.intake;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Arrays;
import java.util.Random;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.usagestreams.testkit.PayloadBuilder;
import org.usagestreams.testkit.PayloadBuilder.Archives;

/** Hostile archives and manifests. */
class HostileArchiveTest extends HostilePayload {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "../a.csv",
                "/etc/passwd",
                "a/../../b.csv",
                "..",
                "./../a",
                "C:\\a.csv",
                "a\\..\\b.csv",
                "c:x",
                "a\u0001.csv",
                "a/./b.csv",
                "//a"
            })
    void shouldRefuseNamesThatLeadElsewhere(String name) throws IOException {
        refuse(PayloadBuilder.of(UUID).member(name, new byte[1]).bytes(), RejectionReason.UNSAFE_NAME, "name");
        refuse(PayloadBuilder.of(UUID).listed(name).bytes(), RejectionReason.UNSAFE_NAME, "name");
    }

    @Test
    void shouldRefuseALongName() throws IOException {
        refuse(
                PayloadBuilder.of(UUID).member("a".repeat(2_000), new byte[1]).bytes(),
                RejectionReason.UNSAFE_NAME,
                "2000 characters");
    }

    @ParameterizedTest
    @ValueSource(
            bytes = {
                TarConstants.LF_LINK,
                TarConstants.LF_SYMLINK,
                TarConstants.LF_CHR,
                TarConstants.LF_BLK,
                TarConstants.LF_FIFO,
                'Z'
            })
    void shouldRefuseLinksAndDevices(byte type) throws IOException {
        final byte[] tar = Archives.tar(out -> {
            final TarArchiveEntry entry = new TarArchiveEntry("a.csv", type);
            entry.setLinkName("/etc/passwd");
            out.putArchiveEntry(entry);
            out.closeArchiveEntry();
        });
        refuse(Archives.gzip(tar), RejectionReason.UNSAFE_MEMBER, "a.csv");
    }

    @Test
    void shouldRefuseTwoMembersOfOneName() throws IOException {
        final byte[] tar = Archives.tar(out -> {
            Archives.file(out, "manifest.json", minimalManifest().getBytes(UTF_8));
            Archives.file(out, "./manifest.json", minimalManifest().getBytes(UTF_8));
        });
        refuse(Archives.gzip(tar), RejectionReason.DUPLICATE_MEMBER, "manifest.json");
    }

    private static String minimalManifest() {
        return "{\"uuid\":\"" + UUID + "\",\"cluster_id\":\"c\",\"date\":\"2025-11-03T00:00:00Z\"}";
    }

    @Test
    void shouldRefuseABomb() throws IOException {
        refuse(
                PayloadBuilder.of(UUID).member("zeros", new byte[3 << 20]).bytes(),
                RejectionReason.UNFOLDS,
                "unpacks to more than");
    }

    @Test
    void shouldRefuseABombInAHeader() throws IOException {
        // An extended header of 1 MB, which libraries read into memory.
        final byte[] tar = Archives.tar(out -> {
            final TarArchiveEntry entry = new TarArchiveEntry("a.csv");
            entry.addPaxHeader("comment", "x".repeat(1 << 20));
            out.putArchiveEntry(entry);
            out.closeArchiveEntry();
        });
        refuse(Archives.gzip(tar), RejectionReason.NOT_TAR, "headers of a member");
    }

    @Test
    void shouldRefuseAChainOfHeaders() throws IOException {
        final byte[] longName = new byte[1024];
        System.arraycopy(
                Archives.tar(out -> {
                    final TarArchiveEntry entry =
                            new TarArchiveEntry("././@LongLink", TarConstants.LF_GNUTYPE_LONGNAME);
                    entry.setSize(1);
                    out.putArchiveEntry(entry);
                    out.write('a');
                    out.closeArchiveEntry();
                }),
                0,
                longName,
                0,
                longName.length);
        final byte[] tar = new byte[longName.length * 900];
        for (int i = 0; i < tar.length; i += longName.length) {
            System.arraycopy(longName, 0, tar, i, longName.length);
        }
        refuse(Archives.gzip(tar), RejectionReason.NOT_TAR, "headers of a member");
    }

    @Test
    void shouldRefuseContentsOverTheLimit() throws IOException {
        final byte[] noise = new byte[5 << 20];
        new Random(1).nextBytes(noise);
        refuse(
                PayloadBuilder.of(UUID).member("noise", noise).bytes(),
                RejectionReason.TOO_LARGE,
                "more than 4194304 bytes");
    }

    @Test
    void shouldRefuseAMillionMembers() throws IOException {
        final byte[] tar = Archives.tar(out -> {
            for (int i = 0; i < 60; i++) {
                Archives.folder(out, "f" + i + "/");
            }
        });
        refuse(Archives.gzip(tar), RejectionReason.TOO_MANY_MEMBERS, "more than 50 members");
    }

    @Test
    void shouldRefuseWhatIsNoArchive() throws IOException {
        refuse("{\"no\": \"archive\"}".getBytes(UTF_8), RejectionReason.NOT_GZIP, "gzip");
        refuse(new byte[0], RejectionReason.TRUNCATED, "cut off");
        final byte[] noise = new byte[20_000];
        new Random(1).nextBytes(noise);
        refuse(Archives.gzip(noise), RejectionReason.NOT_TAR, "tar");
    }

    @Test
    void shouldRefuseACutArchiveWhereverItIsCut() throws IOException {
        final byte[] whole = PayloadBuilder.of(UUID)
                .manifestFirst()
                .file("a.csv", (HEAD + ROW.repeat(500)).getBytes(UTF_8))
                .bytes();
        for (int length = 0; length < whole.length; length += 7) {
            final RejectedPayloadException rejection = refuse(Arrays.copyOf(whole, length));
            assertThat(rejection.reason()).as("cut at %s", length).isEqualTo(RejectionReason.TRUNCATED);
        }
    }

    @Test
    void shouldRefuseAWrongChecksum() throws IOException {
        final byte[] bytes = PayloadBuilder.of(UUID).bytes();
        bytes[bytes.length - 6] ^= 1;
        refuse(bytes, RejectionReason.NOT_GZIP, "gzip");
    }

    @Test
    void shouldRefuseAMissingOrHugeManifest() throws IOException {
        refuse(PayloadBuilder.of(UUID).manifest(new byte[0]).bytes(), RejectionReason.NO_MANIFEST, "manifest.json");
        refuse(
                PayloadBuilder.of(UUID)
                        .manifest(" ".repeat(5_000).getBytes(UTF_8))
                        .bytes(),
                RejectionReason.MANIFEST_TOO_LARGE,
                "4096 bytes");
        final PayloadBuilder many = PayloadBuilder.of(UUID);
        for (int i = 0; i < 51; i++) {
            many.listed(i + ".csv");
        }
        refuse(many.bytes(), RejectionReason.MANIFEST_TOO_LARGE, "more than 50 files");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[]",
                "{",
                "null",
                "{}{}",
                "{\"uuid\": 7}",
                "{\"uuid\": \"../x\", \"cluster_id\": \"c\", \"date\": \"2025-11-03\"}",
                "{\"uuid\": \"%u\", \"date\": \"2025-11-03\"}",
                "{\"uuid\": \"%u\", \"cluster_id\": \"a b\", \"date\": \"2025-11-03\"}",
                "{\"uuid\": \"%u\", \"cluster_id\": \"c\"}",
                "{\"uuid\": \"%u\", \"cluster_id\": \"c\", \"date\": \"soon\"}",
                "{\"uuid\": \"%u\", \"cluster_id\": \"c\", \"date\": \"1899-11-03\"}",
                "{\"uuid\": \"%u\", \"cluster_id\": \"c\", \"date\": \"2025-11-03\", \"files\": {}}",
                "{\"uuid\": \"%u\", \"cluster_id\": \"c\", \"date\": \"2025-11-03\", \"files\": [1]}",
                "{\"uuid\": \"%u\", \"cluster_id\": \"c\", \"date\": \"2025-11-03\", \"files\": [\"a\", \"a\"]}",
                "{\"uuid\": \"%u\", \"cluster_id\": \"c\", \"date\": \"2025-11-03\", \"files\": [\"\"]}",
                "{\"uuid\": \"%u\", \"cluster_id\": \"c\", \"date\": \"2025-11-03\", \"daily_reports\": \"yes\"}",
                "{\"uuid\": \"%u\", \"uuid\": \"%u\", \"cluster_id\": \"c\", \"date\": \"2025-11-03\"}",
                "{\"uuid\": \"%u\", \"cluster_id\": \"c\", \"date\": \"2025-11-03\", \"start\": \"2025-11-03\","
                        + " \"end\": \"2025-11-01\"}"
            })
    void shouldRefuseABadManifest(String json) throws IOException {
        refuse(
                PayloadBuilder.of(UUID)
                        .manifest(json.replace("%u", UUID).getBytes(UTF_8))
                        .bytes(),
                RejectionReason.BAD_MANIFEST,
                "manifest.json");
    }

    @Test
    void shouldRefuseADeepManifest() throws IOException {
        refuse(
                PayloadBuilder.of(UUID)
                        .manifest(("{\"x\":" + "[".repeat(3_000)).getBytes(UTF_8))
                        .bytes(),
                RejectionReason.BAD_MANIFEST,
                "nesting");
    }

    @Test
    void shouldRefuseAManifestThatLiesAboutItsFiles() throws IOException {
        refuse(PayloadBuilder.of(UUID).listed("b.csv").bytes(), RejectionReason.FILES_MISSING, "none of the 1 files");
        refuse(
                PayloadBuilder.of(UUID)
                        .listed("b.csv")
                        .member("a.csv", (HEAD + ROW).getBytes(UTF_8))
                        .bytes(),
                RejectionReason.FILES_MISSING,
                "none of the 1 files");
        refuse(
                PayloadBuilder.of(UUID)
                        .member("a.csv", (HEAD + ROW).getBytes(UTF_8))
                        .bytes(),
                RejectionReason.UNLISTED_FILES,
                "a.csv: the archive has 1 CSV files");
    }
}
