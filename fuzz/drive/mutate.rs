//! Changed copies of seeds.

use crate::seeds::Seeds;

/// The longest input.
const LONGEST: usize = 256 * 1024;

/// Makes inputs: the seeds as they are, then changed ones. The same seed makes the same.
pub(crate) struct Mutator {
    seeds: Vec<Vec<u8>>,
    words: &'static [&'static str],
    made: usize,
    state: u64,
}

impl Mutator {
    pub(crate) fn new(seeds: &Seeds, seed: u64) -> Self {
        let mut all = seeds.inputs.clone();
        all.push(Vec::new());
        Mutator { seeds: all, words: seeds.words, made: 0, state: seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1 }
    }

    /// How many inputs are seeds as they are.
    pub(crate) fn unchanged(&self) -> u64 {
        self.seeds.len() as u64
    }

    /// The next input.
    pub(crate) fn next(&mut self) -> Vec<u8> {
        self.made += 1;
        if let Some(seed) = self.seeds.get(self.made - 1) {
            return seed.clone();
        }
        let at = self.below(self.seeds.len());
        let mut input = self.seeds[at].clone();
        for _ in 0..1 + self.below(6) {
            self.change(&mut input);
        }
        input.truncate(LONGEST);
        input
    }

    /// Xorshift.
    fn random(&mut self) -> u64 {
        self.state ^= self.state << 13;
        self.state ^= self.state >> 7;
        self.state ^= self.state << 17;
        self.state
    }

    fn below(&mut self, n: usize) -> usize {
        (self.random() >> 8) as usize % n.max(1)
    }

    /// A piece of an input, mostly a short one.
    fn range(&mut self, len: usize) -> std::ops::Range<usize> {
        let from = self.below(len + 1);
        let most = if self.below(4) == 0 { len - from } else { (len - from).min(32) };
        from..from + self.below(most + 1)
    }

    fn change(&mut self, input: &mut Vec<u8>) {
        let range = self.range(input.len());
        let at = range.start;
        match self.below(12) {
            0 | 1 => {
                let (bit, byte) = (self.below(8), self.random() as u8);
                let flip = self.below(2) == 0;
                if let Some(b) = input.get_mut(at) {
                    *b = if flip { *b ^ (1 << bit) } else { byte };
                }
            }
            2 => drop(input.drain(range)),
            3 => {
                let piece = input[range].to_vec();
                let to = self.below(input.len() + 1);
                input.splice(to..to, piece);
            }
            4..7 if !self.words.is_empty() => {
                let word = self.words[self.below(self.words.len())].bytes();
                let end = if self.below(3) == 0 { range.end } else { at };
                input.splice(at..end, word);
            }
            // Many of one thing: what costs its square shows.
            7 => {
                let piece = input[range].to_vec();
                let most = if self.below(20) == 0 { LONGEST } else { 4_096 };
                let times = self.below(most.saturating_sub(input.len()) / piece.len().max(1) + 1);
                input.splice(at..at, piece.repeat(times));
            }
            8 => {
                let other = self.below(self.seeds.len());
                let from = self.below(self.seeds[other].len() + 1);
                input.truncate(at);
                input.extend_from_slice(&self.seeds[other][from..]);
            }
            9 => {
                let bytes: Vec<u8> = (0..=self.below(8)).map(|_| self.random() as u8).collect();
                input.splice(at..at, bytes);
            }
            10 => input.truncate(at),
            _ => {
                let odd = [0, b'\n', b'\r', b' ', b'"', b'\\', b'<', b'>', b'&', b'=', b'(', b'-', 0x1b, 0x7f, 0x80, 0xff];
                let byte = odd[self.below(odd.len())];
                input.insert(at, byte);
            }
        }
        input.truncate(LONGEST);
    }
}
