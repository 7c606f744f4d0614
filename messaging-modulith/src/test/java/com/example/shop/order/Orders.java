package com.example.shop.order;

import java.time.LocalDate;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

@Service
public class Orders {

  private final JdbcClient jdbc;
  private final ApplicationEventPublisher events;

  Orders(JdbcClient jdbc, ApplicationEventPublisher events) {
    this.jdbc = jdbc;
    this.events = events;
  }

  @Transactional
  public void pay(long id, String customer) {
    payAtOnce(id, customer);
  }

  @Transactional
  public void payButFail(long id, String customer) {
    payAtOnce(id, customer);
    throw new IllegalStateException("the till is closed");
  }

  /** Somebody forgot the transaction. */
  public void payAtOnce(long id, String customer) {
    jdbc.sql("INSERT INTO paid_order (id) VALUES (:id)").param("id", id).update();
    events.publishEvent(new OrderPaid(id, customer, LocalDate.of(2026, 11, 30)));
  }

  @Transactional
  public void cancel(long id, String customer) {
    events.publishEvent(new OrderCancelled(id, customer));
  }

  @Transactional
  public void view(long id) {
    events.publishEvent(new OrderViewed(id));
  }
}
