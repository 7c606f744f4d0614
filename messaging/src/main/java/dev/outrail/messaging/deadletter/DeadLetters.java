package dev.outrail.messaging.deadletter;

import dev.outrail.messaging.deadletter.DeadLetter.State;
import dev.outrail.messaging.deadletter.LetterRows.Stored;
import dev.outrail.messaging.inbox.JdbcInbox;
import dev.outrail.messaging.jdbc.OpenTransaction;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.IllegalTransactionStateException;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * What operators do with dead letters: look at them, have them applied once their cause is mended,
 * or give them up. They are rows of {@code dead_letter} in the consumer's own database, and stay
 * until one of these is done; no retention takes them.
 *
 * <p>Letters of one key form a sequence: the event that failed, and behind it the later ones of its
 * key. A sequence is applied in its order, each letter in a transaction with its inbox mark and its
 * removal, up to the first that fails again; nothing of it is applied twice or out of order,
 * however many do this at once, or whoever is killed.
 *
 * <p>Thread-safe.
 */
public final class DeadLetters {

  private static final Logger log = LoggerFactory.getLogger(DeadLetters.class);
  private static final int PAGE = 200;
  private static final long NONE = -1;
  private static final int LONGEST_WHO = 100;
  private static final int LONGEST_WHY = 500;

  private final LetterRows rows;
  private final JdbcInbox inbox;
  private final TransactionTemplate transaction;
  private final LetterReceivers receivers;

  /**
   * @param dataSource where the inbox is
   * @param transactionManager begins transactions on it
   * @param receivers who applies letters
   */
  public DeadLetters(
      DataSource dataSource,
      PlatformTransactionManager transactionManager,
      JdbcInbox inbox,
      LetterReceivers receivers) {
    this.rows = new LetterRows(JdbcClient.create(OpenTransaction.targetOf(dataSource)));
    this.inbox = inbox;
    this.transaction = new TransactionTemplate(transactionManager);
    this.receivers = receivers;
  }

  /**
   * Which letters; null stands for any.
   *
   * @param group as in {@link Group}
   * @param state null for those that are not discarded
   */
  public record Query(
      @Nullable String consumer,
      @Nullable String topic,
      @Nullable String key,
      @Nullable String messageId,
      @Nullable String type,
      @Nullable String group,
      @Nullable State state) {

    /** All that are not discarded. */
    public static final Query ALL = new Query(null, null, null, null, null, null, null);
  }

  /**
   * Letters of a consumer and a topic that failed alike, or, with {@code group} null, that wait
   * behind such.
   *
   * @param group the exception's class and where in the application it came from
   * @param oldest when the first of them was parked
   * @param first the id of one of them
   * @param cause of one of them
   */
  public record Group(
      String consumer,
      String topic,
      @Nullable String group,
      long failed,
      long behind,
      Instant oldest,
      long first,
      @Nullable String cause) {}

  /**
   * What came of a retry.
   *
   * @param applied how many letters are applied and gone
   * @param failed those that failed once more; what is behind them waits on
   * @param stopped why it ended early, because of the surroundings (a database that is away, say),
   *     with the rest unchanged; null if it did not
   */
  public record Retried(int applied, List<Failed> failed, @Nullable String stopped) {}

  /** A letter that failed once more, and why. */
  public record Failed(long id, String cause) {}

  /** By consumer, topic and cause, without those that are discarded. */
  public List<Group> summary() {
    return rows.summary();
  }

  /** How many letters wait to be applied or discarded, by consumer; none has no entry. */
  public Map<String, Long> waiting() {
    return rows.waiting();
  }

  /**
   * Letters in the order of their ids, without payloads and headers: these are to be had of one at
   * a time, by {@link #get}.
   *
   * @param after only those with a higher id; 0 for the first page
   * @param atMost 1 or more
   */
  public List<DeadLetter> find(Query query, long after, int atMost) {
    return rows.find(query, after, atMost).stream().map(Stored::letter).toList();
  }

  /** Discarded or not. */
  public Optional<DeadLetter> get(long id) {
    return rows.get(id).map(Stored::letter);
  }

  /**
   * Has the letter's whole sequence applied, from its beginning: so a letter that only waits is
   * applied if those before it can be.
   *
   * @throws NoSuchElementException if it is not there, or discarded
   * @throws IllegalArgumentException if no listener of this application applies it
   */
  public Retried retry(long id) {
    return retry(id, false);
  }

  /**
   * As {@link #retry(long)}.
   *
   * @param evenIfUncertain whether that very letter is applied although nobody knows whether it was
   *     applied before: it became a letter because its mark may have been purged, or because its
   *     handler had committed a part of the effect
   */
  public Retried retry(long id, boolean evenIfUncertain) {
    Retries retries = retries(evenIfUncertain ? id : NONE);
    retries.retry(existing(id));
    return retries.result(describe(id));
  }

  /**
   * Has a key's sequence applied.
   *
   * @throws NoSuchElementException if the key has no letter there
   * @throws IllegalArgumentException if no listener of this application applies it
   */
  public Retried retryKey(String consumer, String topic, String key) {
    return retry(firstOf(consumer, topic, key));
  }

  /**
   * Has the sequences of all letters applied that a query finds, each once, in the order of their
   * ids; those that come in meanwhile may be among them. One that no listener of this application
   * applies is among those that failed.
   */
  public Retried retryMatching(Query query) {
    Retries retries = retries(NONE);
    Set<List<String>> done = new HashSet<>();
    long after = 0;
    while (!retries.isStopped()) {
      List<Stored> page = rows.find(query, after, PAGE);
      for (Stored each : page) {
        after = each.letter().id();
        if (each.letter().state() != State.DISCARDED
            && (each.key() == null
                || done.add(
                    List.of(each.letter().consumer(), each.letter().topic(), each.key().hash())))) {
          retries.retryIfApplied(each);
        }
      }
      if (page.size() < PAGE) {
        break;
      }
    }
    return retries.result(query.toString());
  }

  /**
   * Gives a letter up: it is not applied, now or when it is delivered once more. Its row stays, as
   * a proof. What waits behind it can be applied from then on: {@link #retryKey}.
   *
   * @param who decides, 1 to 100 characters
   * @param why 1 to 500 characters
   * @throws NoSuchElementException if it is not there, or discarded
   */
  public void discard(long id, String who, String why) {
    requireText("who", who, LONGEST_WHO);
    requireText("why", why, LONGEST_WHY);
    Stored letter = existing(id);
    transaction.executeWithoutResult(
        status -> {
          SequenceKey key = letter.key();
          if (key != null) {
            rows.lockKey(letter.letter().consumer(), key);
          }
          if (!rows.discard(id, who, why)) {
            throw noSuch(id);
          }
          if (key != null) {
            rows.releaseIfEmpty(letter.letter().consumer(), key);
          }
        });
    log.warn("{} discarded by {}: {}", describe(id), who, why);
  }

  /**
   * Gives up a key's whole sequence: none of it is applied, later events of the key are.
   *
   * @param who decides, 1 to 100 characters
   * @param why 1 to 500 characters
   * @return how many letters were discarded
   * @throws NoSuchElementException if the key has no letter there
   */
  public int discardKey(String consumer, String topic, String key, String who, String why) {
    requireText("who", who, LONGEST_WHO);
    requireText("why", why, LONGEST_WHY);
    long first = firstOf(consumer, topic, key);
    SequenceKey sequence = SequenceKey.of(topic, key);
    int discarded =
        Objects.requireNonNull(
            transaction.execute(
                status -> {
                  List<Long> all = rows.lockAll(consumer, sequence);
                  all.forEach(id -> rows.discard(id, who, why));
                  rows.releaseIfEmpty(consumer, sequence);
                  return all.size();
                }));
    log.warn(
        "{} letters of one key, from {} on, discarded by {}: {}",
        discarded,
        describe(first),
        who,
        why);
    return discarded;
  }

  private Retries retries(long forced) {
    if (TransactionSynchronizationManager.isActualTransactionActive()) {
      throw new IllegalTransactionStateException(
          "letters are applied in transactions of their own, and one is open already");
    }
    return new Retries(rows, inbox, transaction, receivers, forced);
  }

  private long firstOf(String consumer, String topic, String key) {
    List<Stored> letters = rows.find(new Query(consumer, topic, key, null, null, null, null), 0, 1);
    if (letters.isEmpty()) {
      throw new NoSuchElementException(
          "consumer '%s' has no dead letter of topic '%s' with key '%s'"
              .formatted(consumer, topic, key));
    }
    return letters.get(0).letter().id();
  }

  private Stored existing(long id) {
    return rows.get(id)
        .filter(stored -> stored.letter().state() != State.DISCARDED)
        .orElseThrow(() -> noSuch(id));
  }

  private static NoSuchElementException noSuch(long id) {
    return new NoSuchElementException(
        "there is no dead letter %d, or it is applied or discarded already".formatted(id));
  }

  private static void requireText(String name, String text, int longest) {
    if (text.isBlank() || text.length() > longest) {
      throw new IllegalArgumentException(
          "%s must be 1 to %d characters, not '%s'".formatted(name, longest, text));
    }
  }

  private static String describe(long id) {
    return "Dead letter " + id;
  }
}
