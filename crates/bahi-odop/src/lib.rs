//! The One District One Product programme of Uttar Pradesh as data: districts, schemes, orders by date.
