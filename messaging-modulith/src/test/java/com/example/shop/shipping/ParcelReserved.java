package com.example.shop.shipping;

import org.springframework.modulith.events.Externalized;

@Externalized("orders::#{#this.customer}")
public record ParcelReserved(long order, String customer) {}
