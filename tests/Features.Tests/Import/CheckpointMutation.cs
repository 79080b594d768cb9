using System.Text;

namespace MuSc.Features.Tests.Import;

/// <summary>Damages a safetensors file in one way, chosen by a seed.</summary>
internal static class CheckpointMutation
{
    private delegate byte[] Mutation(Random random, byte[] header, byte[] data);

    private static readonly Mutation[] s_mutations =
    [
        (random, header, data) => SafetensorsBuilder.Join(Changed(random, header), data),
        (random, header, data) => SafetensorsBuilder.Join(Changed(random, Changed(random, header)), data),
        (random, header, data) => SafetensorsBuilder.Join(Inserted(random, header), data),
        (random, header, data) => SafetensorsBuilder.Join(Deleted(random, header), data),
        (random, header, data) => SafetensorsBuilder.Join(ChangedDigit(random, header), data),
        (random, header, data) => SafetensorsBuilder.Join(Swapped(random, header), data),
        (random, header, data) => SafetensorsBuilder.Join(Doubled(random, header), data),
        (random, header, data) => SafetensorsBuilder.Join(Dropped(random, header), data),
        (random, header, data) => SafetensorsBuilder.Join(Shuffled(random, header), data),
        (random, header, data) => SafetensorsBuilder.Join([.. header, .. Enumerable.Repeat((byte)' ', random.Next(1, 64))], data),
        (random, header, data) => SafetensorsBuilder.Join(Replaced(random, header), data),
        (random, header, data) => SafetensorsBuilder.Join(header, data[..random.Next(data.Length)]),
        (random, header, data) => SafetensorsBuilder.Join(header, [.. data, .. new byte[random.Next(1, 100)]]),
        (random, header, data) => SafetensorsBuilder.Join(header, NotFinite(random, data)),
        (random, header, data) => SafetensorsBuilder.Join(header, data)[..random.Next(header.Length + 8)],
        (random, header, data) => [.. BitConverter.GetBytes(random.NextInt64(0, header.Length * 2)), .. header, .. data],
        (random, header, data) => [.. BitConverter.GetBytes(random.NextInt64(long.MinValue, long.MaxValue)), .. header, .. data],
        (random, header, data) => SafetensorsBuilder.Join(Noise(random, random.Next(1, 500)), data),
    ];

    public static byte[] Apply(int seed, byte[] header, byte[] data) => s_mutations[seed % s_mutations.Length](new Random(seed), [.. header], [.. data]);

    private static byte[] Changed(Random random, byte[] header)
    {
        header[random.Next(header.Length)] = (byte)random.Next(256);
        return header;
    }

    private static byte[] Inserted(Random random, byte[] header)
    {
        int place = random.Next(header.Length);
        return [.. header[..place], (byte)random.Next(32, 127), .. header[place..]];
    }

    private static byte[] Deleted(Random random, byte[] header)
    {
        int place = random.Next(header.Length);
        return [.. header[..place], .. header[Math.Min(header.Length, place + random.Next(1, 20))..]];
    }

    private static byte[] ChangedDigit(Random random, byte[] header)
    {
        int[] digits = [.. Enumerable.Range(0, header.Length).Where(i => char.IsAsciiDigit((char)header[i]))];
        header[digits[random.Next(digits.Length)]] = (byte)('0' + random.Next(10));
        return header;
    }

    // Two tensors of different shapes exchange their names; with one shape they would make another valid checkpoint.
    private static byte[] Swapped(Random random, byte[] header)
    {
        string[] parts = Parts(header);
        int left = random.Next(1, parts.Length);
        int[] others = [.. Enumerable.Range(1, parts.Length - 1).Where(other => Shape(parts[other]) != Shape(parts[left]))];
        int right = others[random.Next(others.Length)];
        (string[] first, string[] second) = (parts[left].Split(':', 2), parts[right].Split(':', 2));
        (parts[left], parts[right]) = ($"{second[0]}:{first[1]}", $"{first[0]}:{second[1]}");
        return Whole(parts);

        static string Shape(string part) => part.Split('[')[1].Split(']')[0].Replace("1,", "", StringComparison.Ordinal);
    }

    private static byte[] Doubled(Random random, byte[] header)
    {
        string[] parts = Parts(header);
        return Whole([.. parts, parts[random.Next(parts.Length)]]);
    }

    private static byte[] Dropped(Random random, byte[] header)
    {
        List<string> parts = [.. Parts(header)];
        parts.RemoveAt(random.Next(parts.Count));
        return Whole([.. parts]);
    }

    private static byte[] Shuffled(Random random, byte[] header)
    {
        string[] parts = Parts(header);
        random.Shuffle(parts);
        return Whole(parts);
    }

    private static byte[] Replaced(Random random, byte[] header)
    {
        (string From, string To)[] pairs =
        [
            ("F32", "F64"), ("F32", "I32"), ("F32", "BF16"), ("shape", "shapes"), ("blocks", "block"), ("norm1", "norm2"), ("weight", "bias"), ("[0,", "[-0,"),
            (",", ", "), ("pt", "tf"), ("blocks.1", "blocks.7"), ("\"F32\"", "null"), ("[", "[["), ("12", "12.0"), ("12", "1e1"), ("attn", "\\u0061ttn"),
        ];
        (string from, string to) = pairs[random.Next(pairs.Length)];
        return Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(header).Replace(from, to, StringComparison.Ordinal));
    }

    private static byte[] NotFinite(Random random, byte[] data)
    {
        float value = random.Next(2) == 0 ? float.NaN : float.NegativeInfinity;
        BitConverter.GetBytes(value).CopyTo(data, random.Next(data.Length / 4) * 4);
        return data;
    }

    private static byte[] Noise(Random random, int length)
    {
        byte[] noise = new byte[length];
        random.NextBytes(noise);
        noise[0] = (byte)'{';
        return noise;
    }

    private static string[] Parts(byte[] header) =>
        Encoding.UTF8.GetString(header)[1..^1].Replace("},\"", "}\n\"", StringComparison.Ordinal).Split('\n');

    private static byte[] Whole(string[] parts) => Encoding.UTF8.GetBytes("{" + string.Join(',', parts) + "}");
}
