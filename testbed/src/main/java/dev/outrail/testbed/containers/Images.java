package dev.outrail.testbed.containers;

import java.util.Optional;

/** The images of the servers; each can be replaced with a system property. */
public enum Images {
  MYSQL("testbed.mysql.image", "mysql:8.4"),
  KAFKA("testbed.kafka.image", "apache/kafka:4.3.1");

  private final String property;
  private final String official;

  Images(String property, String official) {
    this.property = property;
    this.official = official;
  }

  /** Name and tag. */
  public String image() {
    return Optional.ofNullable(System.getProperty(property))
        .filter(name -> !name.isBlank())
        .orElse(official);
  }
}
