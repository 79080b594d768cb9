using MuSc.Scoring.NearestPatch;

namespace MuSc.Scoring.Gpu.Tests;

/// <summary>Seeded images, packed for a kernel, and what the strict kernel says of them.</summary>
internal sealed class Images(int images, int patches, int channels, int seed)
{
    private readonly float[][] _tokens = [.. Enumerable.Range(0, images).Select(image => Tokens(patches, channels, (seed * 1000) + image))];

    public float[] this[int image] => _tokens[image];

    /// <summary>Tokens of about unit length; some are zero, some the same as others.</summary>
    public static float[] Tokens(int patches, int channels, int seed)
    {
        Random random = new(seed);
        float[] tokens = new float[patches * channels];
        for (int patch = 0; patch < patches; patch++)
        {
            Span<float> token = tokens.AsSpan(patch * channels, channels);
            switch (random.Next(8))
            {
                case 0:
                    break;
                case 1 when patch > 0:
                    tokens.AsSpan(random.Next(patch) * channels, channels).CopyTo(token);
                    break;
                default:
                    foreach (ref float value in token)
                    {
                        value = (random.NextSingle() - 0.5f) / MathF.Sqrt(channels / 12f);
                    }

                    break;
            }
        }

        return tokens;
    }

    public TileSide Side(INearestPatchKernel kernel, int block)
    {
        float[][] packed = [.. _tokens.Select(tokens =>
        {
            float[] room = new float[kernel.PackedLength(patches)];
            kernel.Pack(tokens, patches, room);
            return room;
        })];
        return new(block, images, image => packed[image], _ => []);
    }

    /// <summary>Row and column maxima's bits of all pairs by the strict kernel; on the diagonal both directions in the first half.</summary>
    public int[] Expected(Images other, bool diagonal) => Computed(new SimdNearestPatchKernel(channels), other, diagonal);

    /// <summary>The same by a device.</summary>
    public int[] Computed(Gpu gpu, Images other, bool diagonal, Action<int>? computed = null, CancellationToken cancellationToken = default) =>
        Computed(gpu.Kernel(channels), other, diagonal, computed, cancellationToken);

    /// <summary>The same by a kernel; a device's knows blocks again.</summary>
    public int[] Computed(
        INearestPatchKernel kernel, Images other, bool diagonal, Action<int>? computed = null, CancellationToken cancellationToken = default)
    {
        (TileSide one, TileSide two) = (Side(kernel, seed), other.Side(kernel, other.Seed));
        (float[] rows, float[] columns) = (new float[one.Images * two.Images * patches], new float[one.Images * two.Images * patches]);
        kernel.MaxDotsOfTile(one, two, patches, diagonal, rows, columns, computed, cancellationToken);
        return Bits(rows, columns);
    }

    /// <summary>All bits, one after the other.</summary>
    public static int[] Bits(float[] rows, float[] columns) => [.. rows.Concat(columns).Select(BitConverter.SingleToInt32Bits)];

    private int Seed => seed;
}
