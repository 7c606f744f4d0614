package dev.outrail.messaging.modulith;

/**
 * Says what consumers know an event's class by. Define a bean of this type to name types yourself;
 * without one, {@link #bySimpleName} decides. Must be thread-safe.
 */
@FunctionalInterface
public interface EventTypes {

  /**
   * The event's type with the major version of its schema, such as {@code order.paid.v1}. The same
   * for all events of a class, and after a class is renamed or moved: consumers choose by it.
   *
   * @param event as it was published, not what a mapping has made of it
   */
  String typeOf(Object event);

  /**
   * The words of the class's simple name, in lower case and with dots between them, and version 1,
   * or the one that the name ends with: {@code OrderPaid} is {@code order.paid.v1}, {@code
   * OrderPaidV2} is {@code order.paid.v2}. Packages and enclosing classes do not count. A class
   * without a name is refused with an {@link IllegalArgumentException}.
   */
  static EventTypes bySimpleName() {
    return new SimpleNames();
  }
}
