package dev.outrail.messaging.modulith;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The rule of {@link EventTypes#bySimpleName}. */
final class SimpleNames implements EventTypes {

  private static final Pattern VERSIONED = Pattern.compile("(.*[a-z0-9])V([1-9][0-9]*)");
  private static final Pattern BETWEEN_WORDS =
      Pattern.compile("(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])");

  @Override
  public String typeOf(Object event) {
    String name = event.getClass().getSimpleName();
    if (name.isEmpty()) {
      throw new IllegalArgumentException(
          "%s has no simple name to make an event type of: publish an event of a class with a name, or define a bean of %s"
              .formatted(event.getClass().getName(), EventTypes.class.getName()));
    }
    Matcher versioned = VERSIONED.matcher(name);
    boolean hasVersion = versioned.matches();
    String words = hasVersion ? versioned.group(1) : name;
    return BETWEEN_WORDS.matcher(words).replaceAll(".").toLowerCase(Locale.ROOT)
        + ".v"
        + (hasVersion ? versioned.group(2) : "1");
  }
}
