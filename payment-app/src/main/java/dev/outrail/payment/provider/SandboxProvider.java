package dev.outrail.payment.provider;

import dev.outrail.payment.notice.Notice;
import dev.outrail.payment.notice.NoticeSigner;
import io.micrometer.context.ContextSnapshotFactory;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.http.client.ClientHttpRequestFactoryBuilder;
import org.springframework.boot.http.client.HttpClientSettings;
import org.springframework.dao.DataAccessException;
import org.springframework.http.MediaType;
import org.springframework.transaction.TransactionException;
import org.springframework.web.client.RestClient;

/**
 * Plays a provider for demos and tests: collects nothing and confirms every payment by calling the
 * notice URL back, signed, from its own threads. The calls belong to the trace of the request.
 *
 * <p>It remembers its payments in memory only. One that could not be confirmed within all attempts,
 * or whose process ended before, stays unpaid; the log says which. Calls may repeat: an answer that
 * got lost makes the next one a repetition, as with real providers.
 *
 * <p>It pays back what it is asked for and keeps {@link SandboxBooks} of that.
 */
final class SandboxProvider implements PaymentProvider, AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(SandboxProvider.class);
  private static final int THREADS = 16;

  private final SandboxProperties properties;
  private final NoticeSigner signer;
  private final RestClient http;
  private final SandboxBooks books;
  private final ContextSnapshotFactory traces = ContextSnapshotFactory.builder().build();
  private final Semaphore free;
  private final ScheduledExecutorService calls;
  private final AtomicInteger refundCalls = new AtomicInteger();

  SandboxProvider(
      SandboxProperties properties,
      NoticeSigner signer,
      RestClient.Builder http,
      SandboxBooks books) {
    this.properties = properties;
    this.signer = signer;
    this.books = books;
    this.free = new Semaphore(properties.maxPending());
    this.http =
        http.requestFactory(
                ClientHttpRequestFactoryBuilder.jdk()
                    .build(
                        HttpClientSettings.defaults()
                            .withTimeouts(properties.timeout(), properties.timeout())))
            .build();
    AtomicInteger number = new AtomicInteger();
    this.calls =
        Executors.newScheduledThreadPool(
            THREADS,
            task -> {
              Thread thread = new Thread(task, "sandbox-provider-" + number.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
  }

  @Override
  public void request(ProviderRequest request) {
    if (!free.tryAcquire()) {
      throw new ProviderUnavailableException(
          "the sandbox provider has %d payments to confirm and takes no more now (outrail.payment.sandbox.max-pending)"
              .formatted(properties.maxPending()),
          null);
    }
    try {
      schedule(request, 1, properties.confirmAfter());
    } catch (RejectedExecutionException e) {
      free.release();
      throw new ProviderUnavailableException("the sandbox provider is shutting down", e);
    }
  }

  @Override
  public RefundReceipt refund(RefundRequest request) {
    RefundReceipt receipt = book(request);
    int every = properties.refundFailures();
    if (every > 0 && refundCalls.incrementAndGet() % every == 0) {
      throw new ProviderUnavailableException(
          "the sandbox provider keeps this answer to itself (outrail.payment.sandbox.refund-failures)",
          null);
    }
    return receipt;
  }

  private RefundReceipt book(RefundRequest request) {
    try {
      return books.refund(request);
    } catch (DataAccessException | TransactionException e) {
      throw new ProviderUnavailableException("the sandbox provider cannot reach its books", e);
    }
  }

  /** Nobody waits for the call: it sees to its own repetition. */
  @SuppressWarnings("FutureReturnValueIgnored")
  private void schedule(ProviderRequest request, int attempt, Duration delay) {
    Runnable call = traces.captureAll().wrap(() -> confirm(request, attempt));
    calls.schedule(call, delay.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void confirm(ProviderRequest request, int attempt) {
    try {
      call(request);
      free.release();
    } catch (RuntimeException e) {
      again(request, attempt, e);
    }
  }

  private void call(ProviderRequest request) {
    Notice notice =
        new Notice(
            request.payId().value(),
            "sandbox-" + request.payId(),
            request.money().amount(),
            request.money().currency(),
            Notice.SUCCESS);
    byte[] body = notice.toJson();
    http.post()
        .uri(properties.noticeUrl())
        .contentType(MediaType.APPLICATION_JSON)
        .header(NoticeSigner.HEADER, signer.sign(body))
        .body(body)
        .retrieve()
        .toBodilessEntity();
  }

  private void again(ProviderRequest request, int attempt, RuntimeException failure) {
    String payId = request.payId().toString();
    if (attempt >= properties.attempts()) {
      free.release();
      log.error(
          "Payment {} stays unpaid: {} calls to {} failed, the last with: {}",
          payId,
          attempt,
          properties.noticeUrl(),
          failure.getMessage());
      return;
    }
    Duration pause = backOff(attempt);
    log.warn(
        "Confirming payment {} failed (call {} of {}), next in {} ms: {}",
        payId,
        attempt,
        properties.attempts(),
        pause.toMillis(),
        failure.getMessage());
    try {
      schedule(request, attempt + 1, pause);
    } catch (RejectedExecutionException e) {
      log.warn("Payment {} stays unpaid: the sandbox provider is shutting down", payId);
    }
  }

  private Duration backOff(int failed) {
    Duration pause = properties.firstBackOff().multipliedBy(1L << Math.min(failed - 1, 20));
    return pause.compareTo(properties.longestBackOff()) < 0 ? pause : properties.longestBackOff();
  }

  /** Ends without waiting; what was not confirmed yet stays unpaid. */
  @Override
  public void close() {
    int pending = calls.shutdownNow().size();
    if (pending > 0) {
      log.warn(
          "The sandbox provider ends with {} payments not confirmed; they stay unpaid", pending);
    }
  }
}
