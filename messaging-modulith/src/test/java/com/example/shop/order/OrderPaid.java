package com.example.shop.order;

import java.time.LocalDate;
import org.springframework.modulith.events.Externalized;

@Externalized("orders::#{customer()}")
public record OrderPaid(long id, String customer, LocalDate on) {}
