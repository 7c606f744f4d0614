package dev.outrail.messaging.listener;

import dev.outrail.messaging.kafka.InboundEvent;
import dev.outrail.messaging.kafka.PermanentMessageException;
import dev.outrail.messaging.kafka.ReceivedEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** The methods of one consumer that take the events of the same topics, by event type. */
final class EventHandlers {

  private final Map<String, ListenerMethod> byType = new TreeMap<>();

  /**
   * @throws IllegalStateException if another method takes that type
   */
  void add(String type, ListenerMethod method) {
    ListenerMethod before = byType.putIfAbsent(type, method);
    if (before != null) {
      throw new IllegalStateException(
          "both %s and %s take events of type '%s' from the same topics for the same consumer; each event is applied by one method"
              .formatted(before, method, type));
    }
  }

  /**
   * @throws PermanentMessageException if it is no event, of an unknown type, or of another form
   */
  ReadEvent read(ConsumerRecord<String, byte[]> received) {
    InboundEvent event = InboundEvent.from(received);
    ListenerMethod method = byType.get(event.type());
    if (method == null) {
      throw new PermanentMessageException(
          "event %s has type '%s', this consumer knows only %s: deploy one that knows it, then retry"
              .formatted(event.id(), event.type(), byType.keySet()));
    }
    return new ReadEvent(received, method.read(event), method);
  }

  /** In their order: each run of events of one method is given to it at once. */
  void apply(List<ReadEvent> events) {
    int from = 0;
    while (from < events.size()) {
      ListenerMethod method = events.get(from).method();
      List<ReceivedEvent<?>> run = new ArrayList<>();
      int to = from;
      while (to < events.size() && events.get(to).method() == method) {
        run.add(events.get(to++).event());
      }
      method.call(run);
      from = to;
    }
  }
}
