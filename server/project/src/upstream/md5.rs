//! MD5 of a short text: dbt writes a project's id into its manifest as the MD5 of the project's name.
//!
//! For comparing names only; MD5 protects nothing.

/// The MD5 digest of `text` in lower-case hexadecimal (RFC 1321).
pub fn md5_hex(text: &str) -> String {
    let mut message = text.as_bytes().to_vec();
    let bits = (message.len() as u64).wrapping_mul(8);
    message.push(0x80);
    while message.len() % 64 != 56 {
        message.push(0);
    }
    message.extend(bits.to_le_bytes());

    let sines: [u32; 64] = std::array::from_fn(|i| (((i + 1) as f64).sin().abs() * 4_294_967_296.0) as u32);
    let mut state = [0x6745_2301u32, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476];
    for block in message.chunks_exact(64) {
        let words: [u32; 16] = std::array::from_fn(|i| {
            u32::from_le_bytes([block[i * 4], block[i * 4 + 1], block[i * 4 + 2], block[i * 4 + 3]])
        });
        let mixed = mix_block(state, &words, &sines);
        for (total, word) in state.iter_mut().zip(mixed) {
            *total = total.wrapping_add(word);
        }
    }
    state.iter().flat_map(|word| word.to_le_bytes()).map(|byte| format!("{byte:02x}")).collect()
}

const ROTATIONS: [[u32; 4]; 4] = [[7, 12, 17, 22], [5, 9, 14, 20], [4, 11, 16, 23], [6, 10, 15, 21]];

fn mix_block([mut a, mut b, mut c, mut d]: [u32; 4], words: &[u32; 16], sines: &[u32; 64]) -> [u32; 4] {
    for i in 0..64 {
        let (mix, word) = match i / 16 {
            0 => ((b & c) | (!b & d), i),
            1 => ((d & b) | (!d & c), 5 * i + 1),
            2 => (b ^ c ^ d, 3 * i + 5),
            _ => (c ^ (b | !d), 7 * i),
        };
        let sum = a.wrapping_add(mix).wrapping_add(sines[i]).wrapping_add(words[word % 16]);
        (a, d, c) = (d, c, b);
        b = b.wrapping_add(sum.rotate_left(ROTATIONS[i / 16][i % 4]));
    }
    [a, b, c, d]
}

#[cfg(test)]
mod tests {
    use super::md5_hex;

    #[test]
    fn agrees_with_known_digests() {
        assert_eq!(md5_hex(""), "d41d8cd98f00b204e9800998ecf8427e");
        assert_eq!(md5_hex("finance"), "57336afd1f4b40dfd9f5731e35302fe5");
        let long = "1234567890".repeat(8);
        assert_eq!(md5_hex(&long), "57edf4a22be3c955ac49da2e2107b67a");
    }
}
