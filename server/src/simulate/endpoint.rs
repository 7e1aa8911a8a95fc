//! The endpoints of the simulated apps: how often they are requested and how long they take.
//!
//! Durations are those of a calm hour; scenarios stretch them elsewhere.

use super::random::Random;

/// An endpoint of an app.
#[derive(Debug)]
pub(crate) struct Endpoint {
    pub method: &'static str,
    /// Path; `{id}` becomes a number, `{uuid}` a UUID, `{slug}` a product, `{page}` a small number.
    pub path: &'static str,
    /// Its name in the app's own log.
    pub action: &'static str,
    /// Share of the traffic, relative to the app's other endpoints.
    pub weight: f64,
    /// Median service time, ms.
    pub median_ms: f64,
    /// Standard deviation of the binary logarithm of the service time: 0.6 is even, 1.4 has a heavy
    /// tail.
    pub spread: f64,
    /// Median size of a reply, bytes.
    pub bytes: f64,
    /// Status of a successful reply.
    pub status: u16,
    /// Share of 4xx replies, mostly 404 and 422.
    pub refused: f64,
}

macro_rules! endpoint {
    ($method:literal $path:literal $action:literal $weight:literal $median_ms:literal $spread:literal $bytes:literal $status:literal $refused:literal) => {
        Endpoint {
            method: $method,
            path: $path,
            action: $action,
            weight: $weight,
            median_ms: $median_ms,
            spread: $spread,
            bytes: $bytes,
            status: $status,
            refused: $refused,
        }
    };
}

/// The endpoints of a checkout service.
pub(crate) const CHECKOUT: &[Endpoint] = &[
    endpoint!("GET" "/cart" "carts#show" 30.0 24.0 0.8 5_200.0 200 0.002),
    endpoint!("POST" "/cart/items" "items#create" 18.0 38.0 0.9 880.0 201 0.02),
    endpoint!("DELETE" "/cart/items/{id}" "items#destroy" 4.0 29.0 0.8 0.0 204 0.03),
    endpoint!("GET" "/checkout" "checkouts#new" 14.0 46.0 0.9 8_400.0 200 0.004),
    endpoint!("POST" "/checkout/{uuid}/address" "addresses#create" 8.0 52.0 0.8 640.0 200 0.06),
    endpoint!("POST" "/checkout/{uuid}/payments" "payments#create" 7.0 310.0 1.3 720.0 201 0.05),
    endpoint!("GET" "/orders/{id}" "orders#show" 15.0 33.0 0.9 6_100.0 200 0.03),
    endpoint!("GET" "/health" "health#show" 4.0 2.0 0.5 15.0 200 0.0),
];

/// The endpoints of a JSON API.
pub(crate) const API: &[Endpoint] = &[
    endpoint!("GET" "/v1/products?page={page}" "products#index" 24.0 41.0 1.0 18_000.0 200 0.003),
    endpoint!("GET" "/v1/products/{id}" "products#show" 26.0 12.0 0.9 2_400.0 200 0.04),
    endpoint!("GET" "/v1/users/{id}/orders" "orders#index" 14.0 57.0 1.1 9_700.0 200 0.02),
    endpoint!("PUT" "/v1/users/{id}" "users#update" 5.0 35.0 0.8 1_100.0 200 0.05),
    endpoint!("POST" "/v1/events" "events#create" 19.0 6.0 0.8 0.0 202 0.01),
    endpoint!("GET" "/v1/search?q={slug}" "search#index" 9.0 120.0 1.4 14_000.0 200 0.01),
    endpoint!("GET" "/v1/exports/{uuid}.csv" "exports#show" 0.6 1_900.0 0.9 480_000.0 200 0.02),
    endpoint!("GET" "/health" "health#show" 2.4 1.0 0.5 15.0 200 0.0),
];

/// The endpoints of an online shop.
pub(crate) const STOREFRONT: &[Endpoint] = &[
    endpoint!("GET" "/" "home#index" 22.0 18.0 0.8 31_000.0 200 0.0),
    endpoint!("GET" "/products/{slug}" "products#show" 34.0 27.0 0.9 24_000.0 200 0.03),
    endpoint!("GET" "/categories/{slug}?page={page}" "categories#show" 17.0 44.0 1.0 42_000.0 200 0.02),
    endpoint!("GET" "/search?q={slug}" "search#index" 9.0 95.0 1.2 28_000.0 200 0.0),
    endpoint!("GET" "/assets/app-{id}.css" "assets#show" 10.0 2.0 0.7 54_000.0 304 0.01),
    endpoint!("GET" "/account" "accounts#show" 4.0 36.0 0.8 9_000.0 302 0.0),
    endpoint!("POST" "/session" "sessions#create" 2.0 160.0 0.6 420.0 302 0.12),
    endpoint!("GET" "/live" "live#connect" 0.6 42_000.0 1.1 2_600.0 101 0.0),
];

const SLUGS: &[&str] = &[
    "linen-shirt",
    "oak-table",
    "trail-shoes",
    "steel-bottle",
    "desk-lamp",
    "wool-blanket",
    "pour-over-set",
    "field-notes",
];

impl Endpoint {
    /// A random path of the endpoint.
    #[must_use]
    pub(crate) fn path(&self, random: &mut Random) -> String {
        let mut path = String::with_capacity(self.path.len() + 32);
        let mut rest = self.path;
        while let Some((before, after)) = rest.split_once('{') {
            path.push_str(before);
            let (what, after) = after.split_once('}').unwrap_or((after, ""));
            match what {
                "uuid" => path.push_str(&random.uuid()),
                "slug" => path.push_str(SLUGS[random.below(SLUGS.len() as u64) as usize]),
                // A few pages are requested often, many once.
                "page" => path.push_str(&(1 + random.log_normal(1.0, 1.5) as u64).to_string()),
                _ => path.push_str(&(1_000 + random.below(90_000)).to_string()),
            }
            rest = after;
        }
        path.push_str(rest);
        path
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ok_paths_are_filled_in() {
        let mut random = Random::of(1, &[]);
        for endpoint in [CHECKOUT, API, STOREFRONT].into_iter().flatten() {
            let path = endpoint.path(&mut random);
            assert!(path.starts_with('/') && !path.contains(['{', '}', ' ', '"']), "{path}");
        }
        assert_eq!(API[5].path(&mut random).split_once("?q=").map(|it| SLUGS.contains(&it.1)), Some(true));
    }
}
