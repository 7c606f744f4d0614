package dev.outrail.testbed.mysql;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A shared library and where distributions have it.
 *
 * @param file the name that mysqld looks for
 * @param renamedFile the name that newer Debian and Ubuntu gave the same library, empty when they
 *     didn't
 * @param debianPackages oldest name first
 * @param elsewhere what to install on other distributions
 */
record NativeLibrary(
    String file, String renamedFile, List<String> debianPackages, List<String> elsewhere) {
  private static final List<NativeLibrary> KNOWN =
      List.of(
          new NativeLibrary(
              "libaio.so.1",
              "libaio.so.1t64",
              List.of("libaio1", "libaio1t64"),
              List.of("libaio (Fedora, RHEL, Arch)", "libaio1 (openSUSE)")),
          new NativeLibrary(
              "libnuma.so.1",
              "",
              List.of("libnuma1"),
              List.of("numactl-libs (Fedora, RHEL)", "numactl (Arch)", "libnuma1 (openSUSE)")));

  private static final List<Path> SYSTEM_FOLDERS =
      List.of(
          Path.of("/lib/x86_64-linux-gnu"),
          Path.of("/usr/lib/x86_64-linux-gnu"),
          Path.of("/lib64"),
          Path.of("/usr/lib64"),
          Path.of("/usr/lib"));

  static NativeLibrary of(String file) {
    return KNOWN.stream()
        .filter(library -> library.file.equals(file))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalStateException(
                    "mysqld needs the shared library %s, which this system lacks. Install the package that has it, or %s"
                        .formatted(file, MySqlPlatform.REMEDY)));
  }

  /** Puts a link under the old name, when the system has the library under the new one. */
  boolean linkFromSystem(Path folder) throws IOException {
    if (renamedFile.isEmpty()) {
      return false;
    }
    for (Path systemFolder : SYSTEM_FOLDERS) {
      Path renamed = systemFolder.resolve(renamedFile);
      if (Files.exists(renamed)) {
        Files.createSymbolicLink(folder.resolve(file), renamed);
        return true;
      }
    }
    return false;
  }

  String howToInstall() {
    var text =
        new StringBuilder(
            "mysqld needs the shared library " + file + ", which this system lacks. Install ");
    text.append(String.join(" or ", debianPackages)).append(" (Debian, Ubuntu)");
    elsewhere.forEach(name -> text.append(", ").append(name));
    return text.append('.').toString();
  }
}
