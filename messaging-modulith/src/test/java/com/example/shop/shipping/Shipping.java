package com.example.shop.shipping;

import com.example.shop.order.OrderCancelled;
import com.example.shop.order.OrderPaid;
import com.example.shop.order.OrderViewed;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.event.EventListener;
import org.springframework.core.annotation.Order;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.modulith.events.ApplicationModuleListener;
import org.springframework.stereotype.Component;
import org.springframework.transaction.event.TransactionalEventListener;

/** Another module: reserves in the order's transaction, ships in one of its own behind it. */
@Component
class Shipping {

  private final JdbcClient jdbc;
  private final ApplicationEventPublisher events;

  Shipping(JdbcClient jdbc, ApplicationEventPublisher events) {
    this.jdbc = jdbc;
    this.events = events;
  }

  @Order(1)
  @EventListener
  void reserve(OrderPaid event) {
    events.publishEvent(new ParcelReserved(event.id(), event.customer()));
  }

  @ApplicationModuleListener
  void ship(OrderPaid event) {
    jdbc.sql("INSERT INTO parcel (paid_order) VALUES (:id)").param("id", event.id()).update();
    events.publishEvent(new ParcelShippedV2(event.id()));
  }

  /** A mistake: the order's transaction is over, and there is no other. */
  @TransactionalEventListener
  void giveBack(OrderCancelled event) {
    events.publishEvent(new ParcelReserved(event.id(), event.customer()));
  }

  @EventListener
  void notice(OrderViewed event) {
    jdbc.sql("INSERT INTO parcel (paid_order) VALUES (:id)").param("id", -event.id()).update();
  }
}
