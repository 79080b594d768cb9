namespace MuSc.Features.Tests.Images;

/// <summary>Damages files by seed.</summary>
internal static class Damage
{
    /// <summary>One of eight kinds of damage.</summary>
    public static byte[] Apply(byte[] file, int seed)
    {
        Random random = new(seed);
        byte[] damaged = [.. file];
        int at = random.Next(damaged.Length);
        int length = random.Next(1, Math.Max(2, damaged.Length / 4));
        switch (random.Next(8))
        {
            case 0:
                return damaged[..at];
            case 1:
                damaged[at] ^= (byte)(1 << random.Next(8));
                break;
            case 2:
                for (int i = 0; i < 16; i++)
                {
                    damaged[random.Next(damaged.Length)] ^= (byte)(1 << random.Next(8));
                }

                break;
            case 3:
                damaged.AsSpan(at, Math.Min(length, damaged.Length - at)).Clear();
                break;
            case 4:
                return [.. damaged[..at], .. damaged[Math.Min(at + length, damaged.Length)..]];
            case 5:
                return [.. damaged[..at], .. damaged[Math.Max(0, at - length)..]];
            case 6:
                // Headers: sizes, counts and offsets become large or negative.
                damaged.AsSpan(random.Next(Math.Min(60, damaged.Length - 4)), 4).Fill(0xFF);
                break;
            default:
                random.NextBytes(damaged.AsSpan(at, Math.Min(8, damaged.Length - at)));
                break;
        }

        return damaged;
    }
}
