package dev.outrail.bench.result;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;
import java.util.Properties;
import java.util.SortedMap;
import java.util.TreeMap;

/** The versions that the build has put together; those of servers must be asked from them. */
public final class BuildVersions {

  private BuildVersions() {}

  /** By the software's name; the caller's to change. */
  public static SortedMap<String, String> read() {
    Properties properties = new Properties();
    try (InputStream in =
        Objects.requireNonNull(BuildVersions.class.getResourceAsStream("versions.properties"))) {
      properties.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read versions.properties", e);
    }
    SortedMap<String, String> versions = new TreeMap<>();
    properties.stringPropertyNames().forEach(n -> versions.put(n, properties.getProperty(n)));
    return versions;
  }
}
