use rand::{Rng, rngs::SmallRng};

/// Words and how far each reaches on the scale of frequencies.
pub(crate) struct Vocabulary {
    words: Vec<String>,
    reach: Vec<f64>,
}

impl Vocabulary {
    pub(crate) fn new(size: usize, random: &mut SmallRng) -> Self {
        const ONSET: [&str; 16] = ["b", "br", "d", "f", "g", "k", "l", "m", "n", "p", "r", "s", "st", "t", "v", "z"];
        const VOWEL: [&str; 6] = ["a", "e", "i", "o", "u", "ai"];
        const CODA: [&str; 6] = ["", "n", "r", "s", "l", "t"];
        let mut pick = |from: &[&'static str]| from.get(random.random_range(0..from.len())).copied().unwrap_or_default();
        let mut seen = std::collections::HashSet::new();
        let mut words = Vec::with_capacity(size);
        while words.len() < size {
            // Frequent words are short, as in real language.
            let syllables = 1 + words.len().max(1).ilog(40);
            let word: String = (0..syllables).flat_map(|_| [pick(&ONSET), pick(&VOWEL), pick(&CODA)]).collect();
            let word = if seen.contains(&word) { format!("{word}{}", pick(&VOWEL)) + pick(&CODA) + pick(&ONSET) + "o" } else { word };
            if seen.insert(word.clone()) {
                words.push(word);
            }
        }
        let mut total = 0.0;
        let mut reach = Vec::with_capacity(size);
        for rank in 0..size {
            #[expect(clippy::cast_precision_loss, reason = "ranks are small")]
            let weight = 1.0 / (rank as f64 + 2.7);
            total += weight;
            reach.push(total);
        }
        Vocabulary { words, reach }
    }

    pub(crate) fn word(&self, random: &mut SmallRng) -> &str {
        let total = self.reach.last().copied().unwrap_or(1.0);
        let at = random.random::<f64>() * total;
        let i = self.reach.partition_point(|r| *r < at);
        self.words.get(i).or(self.words.last()).map_or("word", String::as_str)
    }

    pub(crate) fn text(&self, random: &mut SmallRng) -> String {
        let words = random.random_range(12..56);
        let mut text = String::with_capacity(words * 7);
        for i in 0..words {
            if i > 0 {
                text.push(' ');
            }
            text.push_str(self.word(random));
        }
        text.push('.');
        text
    }
}
