using MuSc.Scoring.NearestPatch;

namespace MuSc.Scoring.Tests.NearestPatch;

/// <summary>Pruning must never change a bit, whatever the tokens and the screens.</summary>
public sealed class PrunedKernelTests
{
    private const int Channels = 64;

    private static readonly int[] _directions = [8, 15, 42];

    public static TheoryData<string> Sets => [.. TokenSets.All.Keys];

    [Theory]
    [MemberData(nameof(Sets))]
    public void Results_are_those_of_the_plain_kernel_to_the_bit(string set)
    {
        foreach (int directions in _directions)
        {
            foreach ((int rowPatches, int columnPatches) in ((int, int)[])[(1, 1), (7, 50), (16, 33), (49, 48), (196, 130)])
            {
                float[] rows = TokenSets.All[set](rowPatches, 1);
                float[] columns = TokenSets.All[set](columnPatches, 2);
                INearestPatchKernel pruned = Kernel(TokenSets.All[set](256, 3), directions);
                (float[] rowMaxima, float[] columnMaxima) = pruned.Compute(rows, columns);
                (float[] expectedRows, float[] expectedColumns) = new SimdNearestPatchKernel(Channels).Compute(rows, columns);
                Assert.Equal(expectedRows, rowMaxima);
                Assert.Equal(expectedColumns, columnMaxima);
            }
        }
    }

    [Theory]
    [InlineData(256, 6)]
    [InlineData(1024, 6)]
    [InlineData(256, 200)]
    public void Tokens_whose_lines_would_collide_give_the_same_bits(int channels, int rank)
    {
        float[] rows = TokenSets.LowRank(150, channels, rank, 1);
        float[] columns = TokenSets.LowRank(90, channels, rank, 2);
        PrunedKernel pruned = new(TokenBasis.Learn(TokenSets.LowRank(256, channels, rank, 3), channels), 15);
        Assert.NotEqual(channels, new PrunedLayout(150, channels, 15).TokenStride);
        Assert.Equal(new SimdNearestPatchKernel(channels).Compute(rows, columns), pruned.Compute(rows, columns), SameBits);
    }

    [Fact]
    public void A_basis_of_other_tokens_gives_the_same_bits()
    {
        float[] rows = TokenSets.Smooth(150, 1);
        float[] columns = TokenSets.Smooth(140, 2);
        INearestPatchKernel pruned = Kernel(RandomTokens.Unit(256, Channels, 9), 15);
        Assert.Equal(
            new SimdNearestPatchKernel(Channels).Compute(rows, columns),
            pruned.Compute(rows, columns), SameBits);
    }

    [Theory]
    [MemberData(nameof(Sets))]
    public void Floors_leave_out_only_what_does_not_exceed_them(string set)
    {
        float[] rows = TokenSets.All[set](120, 1);
        float[] columns = TokenSets.All[set](100, 2);
        INearestPatchKernel pruned = Kernel(TokenSets.All[set](256, 3), _directions[^1]);
        (float[] exactRows, float[] exactColumns) = pruned.Compute(rows, columns);

        // Floors at, a little above and a little below the answers.
        float[] rowFloors = [.. exactRows.Select((dot, at) => (at % 3) switch { 0 => dot, 1 => MathF.BitIncrement(dot), _ => MathF.BitDecrement(dot) })];
        float[] columnFloors = [.. exactColumns.Select((dot, at) => at % 2 == 0 ? dot + 0.01f : dot - 0.01f)];
        float[] packedRows = new float[pruned.PackedLength(120)];
        float[] packedColumns = new float[pruned.PackedLength(100)];
        pruned.Pack(rows, 120, packedRows);
        pruned.Pack(columns, 100, packedColumns);
        float[] rowMaxima = new float[120];
        float[] columnMaxima = new float[100];
        pruned.MaxDots(packedRows, 120, packedColumns, 100, rowFloors, columnFloors, rowMaxima, columnMaxima);
        AssertFloored(exactRows, rowFloors, rowMaxima);
        AssertFloored(exactColumns, columnFloors, columnMaxima);
    }

    [Theory]
    [InlineData(6)]
    [InlineData(64)]
    public unsafe void Dot_products_exceed_their_bounds_by_rounding_but_never_by_more_than_the_margin(int rank)
    {
        // Of rank 6 all tokens lie in the basis, where bounds have nothing to spare.
        const int patches = 300;
        float[] tokens = TokenSets.LowRank(patches, Channels, rank, 1);
        PrunedKernel kernel = Kernel(tokens, 15);
        PrunedLayout layout = new(patches, Channels, 15);
        float[] packed = new float[kernel.PackedLength(patches)];
        kernel.Pack(tokens, patches, packed);
        double excess = double.NegativeInfinity;
        fixed (float* at = packed)
        {
            short* words = (short*)(at + layout.Rows);
            for (int pair = 0; pair < patches * patches; pair++)
            {
                (int row, int column) = (pair / patches, pair % patches);
                double bound = Enumerable.Range(0, layout.RowWords)
                    .Sum(word => (long)words[(row * layout.RowWords) + word] * words[(column * layout.RowWords) + word])
                    / ((double)PrunedPacking.Steps * PrunedPacking.Steps);
                excess = Math.Max(excess, PlainLoop.Dot(tokens.AsSpan(row * Channels, Channels), tokens.AsSpan(column * Channels, Channels)) - bound);
            }
        }

        Assert.InRange(excess, rank == 6 ? 1e-6 : -1, kernel.Margin);
    }

    [Fact]
    public void Tokens_without_structure_get_the_plain_kernel()
    {
        Assert.IsType<SimdNearestPatchKernel>(NearestPatchKernels.ForMap(RandomTokens.Unit(512, 48, 4), 48));
        Assert.IsType<SimdNearestPatchKernel>(NearestPatchKernels.ForMap([], 48));
    }

    [Theory]
    [InlineData(192)]
    [InlineData(1024)]
    public void Tokens_too_alike_for_their_bounds_get_the_plain_kernel(int channels)
    {
        // Thirteen of each half's 256 tokens are so near to each other that only exact products tell which is nearest.
        const int clusters = 20;
        float[][] near = [.. Enumerable.Range(0, clusters).Select(cluster => TokenSets.Near(52, channels, cluster, 1e-3f, centre: 100 + cluster))];
        float[] sample = [.. Enumerable.Range(0, 1024).SelectMany(patch => near[patch % clusters].Skip(patch / clusters * channels).Take(channels))];
        Assert.IsType<SimdNearestPatchKernel>(NearestPatchKernels.ForMap(sample, channels));
    }

    [Fact]
    public void Searches_given_up_one_after_the_other_change_no_bit()
    {
        float[] rows = TokenSets.Near(120, Channels, 1, 1e-3f);
        float[] columns = TokenSets.Near(100, Channels, 2, 1e-3f);
        PrunedKernel pruned = Kernel(TokenSets.Near(256, Channels, 3, 1e-3f), 15);
        (float[] Rows, float[] Columns) expected = new SimdNearestPatchKernel(Channels).Compute(rows, columns);
        for (int pair = 0; pair < 3 * SearchPause.Patience; pair++)
        {
            Assert.Equal(expected, pruned.Compute(rows, columns), SameBits);
        }
    }

    [Fact]
    public void Tokens_with_structure_get_the_pruned_kernel_within_the_promised_length()
    {
        float[] sample = TokenSets.LowRank(1024, 512, 6, 5);
        INearestPatchKernel kernel = NearestPatchKernels.ForMap(sample, 512);
        Assert.IsNotType<SimdNearestPatchKernel>(kernel);
        Assert.InRange(kernel.PackedLength(784), 1, NearestPatchKernels.MostPackedLength(784, 512));
    }

    private static bool SameBits((float[] Rows, float[] Columns) one, (float[] Rows, float[] Columns) other) =>
        one.Rows.SequenceEqual(other.Rows) && one.Columns.SequenceEqual(other.Columns);

    private static void AssertFloored(float[] exact, float[] floors, float[] given)
    {
        for (int patch = 0; patch < exact.Length; patch++)
        {
            Assert.True(
                given[patch] == exact[patch] || (exact[patch] <= floors[patch] && given[patch] == float.NegativeInfinity),
                $"Patch {patch}: {given[patch]} instead of {exact[patch]} with floor {floors[patch]}");
        }
    }

    private static PrunedKernel Kernel(float[] sample, int directions) => new(TokenBasis.Learn(sample, Channels), directions);

    /// <summary>Tokens that pruning may stumble over, [patches × 64], by seed.</summary>
    private static class TokenSets
    {
        public static IReadOnlyDictionary<string, Func<int, int, float[]>> All { get; } = new Dictionary<string, Func<int, int, float[]>>
        {
            ["random"] = (patches, seed) => RandomTokens.Unit(patches, Channels, seed),
            ["smooth"] = Smooth,
            ["rest near zero"] = (patches, seed) => LowRank(patches, Channels, 5, seed),
            ["near duplicates"] = (patches, seed) => Near(patches, Channels, seed, 1e-3f),
            ["duplicates"] = Duplicates,
            ["all the same"] = (patches, _) => Repeat(RandomTokens.Unit(1, Channels, 7), patches),
            ["with zero vectors"] = WithZeros,
            ["all zero"] = (patches, _) => new float[patches * Channels],
            ["all opposite"] = (patches, seed) => [.. Near(patches, Channels, seed, 1e-4f).Select(value => seed == 2 ? -value : value)],
        };

        public static float[] Smooth(int patches, int seed)
        {
            float[] tokens = RandomTokens.Unit(patches, Channels, seed);
            for (int at = 0; at < tokens.Length; at++)
            {
                tokens[at] /= 1 + (at % Channels);
            }

            UnitNorm.Rows(tokens, Channels);
            return tokens;
        }

        public static float[] LowRank(int patches, int channels, int rank, int seed)
        {
            float[] directions = RandomTokens.Unit(rank, channels, 100);
            float[] weights = RandomTokens.Unit(patches, rank, seed);
            float[] tokens = new float[patches * channels];
            for (int at = 0; at < tokens.Length; at++)
            {
                for (int direction = 0; direction < rank; direction++)
                {
                    tokens[at] += weights[(at / channels * rank) + direction] * directions[(direction * channels) + (at % channels)];
                }
            }

            UnitNorm.Rows(tokens, channels);
            return tokens;
        }

        public static float[] Near(int patches, int channels, int seed, float spread, int centre = 7)
        {
            float[] tokens = RandomTokens.Unit(patches, channels, seed);
            float[] middle = RandomTokens.Unit(1, channels, centre);
            for (int at = 0; at < tokens.Length; at++)
            {
                tokens[at] = middle[at % channels] + (spread * tokens[at]);
            }

            UnitNorm.Rows(tokens, channels);
            return tokens;
        }

        private static float[] Duplicates(int patches, int seed)
        {
            float[] few = Smooth(5, 11);
            return [.. Enumerable.Range(0, patches).SelectMany(patch => few.Skip((patch + seed) % 5 * Channels).Take(Channels))];
        }

        private static float[] WithZeros(int patches, int seed)
        {
            float[] tokens = Smooth(patches, seed);
            for (int patch = 0; patch < patches; patch += 3)
            {
                tokens.AsSpan(patch * Channels, Channels).Clear();
            }

            return tokens;
        }

        private static float[] Repeat(float[] token, int patches) => [.. Enumerable.Range(0, patches).SelectMany(_ => token)];
    }
}
