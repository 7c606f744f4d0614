package dev.outrail.testbed.mysql;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** The operating systems for which binaries of mysqld travel with this module. */
enum MySqlPlatform {
  LINUX_X86_64("mysql-Linux-amd64.tar.gz", "linux-x86_64", "LD_LIBRARY_PATH"),
  MACOS_X86_64("mysql-Mac_OS_X-x86_64.tar.gz", "macos-x86_64", "DYLD_LIBRARY_PATH");

  /** Belongs in every message about something missing. */
  static final String REMEDY = "run with a container engine instead: -Dtestbed=containers";

  private final String archive;
  private final String label;
  private final String libraryPathVariable;

  MySqlPlatform(String archive, String label, String libraryPathVariable) {
    this.archive = archive;
    this.label = label;
    this.libraryPathVariable = libraryPathVariable;
  }

  /** Resource with a gzipped tar. */
  String archive() {
    return archive;
  }

  String label() {
    return label;
  }

  String libraryPathVariable() {
    return libraryPathVariable;
  }

  /**
   * The platform of this machine.
   *
   * @throws IllegalStateException where no binary runs; names the remedy
   */
  static MySqlPlatform current() {
    boolean musl =
        Files.exists(Path.of("/lib/ld-musl-x86_64.so.1"))
            && !Files.exists(Path.of("/lib64/ld-linux-x86-64.so.2"));
    return of(System.getProperty("os.name"), System.getProperty("os.arch"), musl);
  }

  static MySqlPlatform of(String osName, String osArch, boolean musl) {
    String os = osName.toLowerCase(Locale.ROOT);
    boolean x86 = osArch.equals("amd64") || osArch.equals("x86_64");
    if (os.startsWith("linux") && x86 && !musl) {
      return LINUX_X86_64;
    }
    if (os.startsWith("mac") && x86) {
      return MACOS_X86_64;
    }
    throw new IllegalStateException(
        "The embedded MySQL has no binaries for %s on %s%s, only for Linux (glibc) and macOS on x86-64; %s"
            .formatted(osName, osArch, musl ? " with musl" : "", REMEDY));
  }
}
