package dev.outrail.relay.capture;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The queue between the binlog thread and the publishing thread, bounded by count and by bytes.
 * Whoever waits is woken by an event, not by a timer. One element may exceed the byte bound on its
 * own: it passes when the queue is empty.
 *
 * <p>Thread-safe. After {@link #close()} nothing gets in any more, and a blocked {@link #put} ends.
 */
final class HandOff<T> {

  private record Sized<T>(T element, int bytes) {}

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition notEmpty = lock.newCondition();
  private final Condition notFull = lock.newCondition();
  private final ArrayDeque<Sized<T>> queue = new ArrayDeque<>();
  private final int maxElements;
  private final long maxBytes;
  private long bytes;
  private int wanted = 1;
  private boolean writerWaits;
  private boolean closed;

  HandOff(int maxElements, long maxBytes) {
    this.maxElements = maxElements;
    this.maxBytes = maxBytes;
  }

  /**
   * Waits while the queue is full.
   *
   * @throws InterruptedException also when the queue is closed: for the binlog thread that means
   *     the same, end
   */
  void put(T element, int size) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (!closed && (queue.size() >= maxElements || (bytes > 0 && bytes + size > maxBytes))) {
        writerWaits = true;
        notEmpty.signal();
        notFull.await();
      }
      writerWaits = false;
      if (closed) {
        throw new InterruptedException("The hand-off is closed");
      }
      queue.add(new Sized<>(element, size));
      bytes += size;
      if (queue.size() >= wanted || bytes >= maxBytes) {
        notEmpty.signal(); // a reader that gathers need not be woken by each
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * Takes what is there, in order; waits for the first element up to the given time, then no
   * longer.
   *
   * @return at most {@code maxCount} elements of together at most {@code byteLimit} bytes (or a
   *     single larger one); empty if none came in time
   */
  List<T> take(int maxCount, long byteLimit, long waitNanos) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      long left = waitNanos;
      wanted = 1;
      while (queue.isEmpty()) {
        if (left <= 0) {
          return List.of();
        }
        left = notEmpty.awaitNanos(left);
      }
      List<T> taken = new ArrayList<>(Math.min(queue.size(), maxCount));
      long takenBytes = 0;
      while (taken.size() < maxCount) {
        Sized<T> next = queue.peek();
        if (next == null || (!taken.isEmpty() && takenBytes + next.bytes() > byteLimit)) {
          break;
        }
        queue.remove();
        taken.add(next.element());
        takenBytes += next.bytes();
      }
      bytes -= takenBytes;
      writerWaits = false;
      notFull.signal();
      return taken;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits until at least {@code count} elements are there, the queue is full, or the time is over.
   */
  void gather(int count, long waitNanos) throws InterruptedException {
    long deadline = System.nanoTime() + waitNanos;
    lock.lockInterruptibly();
    try {
      int enough = Math.min(count, maxElements);
      wanted = enough;
      while (queue.size() < enough && bytes < maxBytes && !writerWaits && !closed) {
        long left = deadline - System.nanoTime();
        if (left <= TimeUnit.MICROSECONDS.toNanos(50)) {
          return;
        }
        notEmpty.awaitNanos(left);
      }
    } finally {
      lock.unlock();
    }
  }

  int size() {
    lock.lock();
    try {
      return queue.size();
    } finally {
      lock.unlock();
    }
  }

  void close() {
    lock.lock();
    try {
      closed = true;
      queue.clear();
      bytes = 0;
      notFull.signalAll();
      notEmpty.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
