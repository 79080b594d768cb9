using System.Buffers;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace MuSc.Scoring.NearestPatch.Pruning;

/// <summary>
/// Exact pruning (DESIGN, "Exact pruning"). With x = U·a + rest and ρ = ‖rest‖, x·y ≤ a·b + ρ_x·ρ_y: a product of k + 1
/// channels bounds every dot product of a tile from above. A first screen of few directions rules out blocks of pairs, a second
/// one of more directions single pairs; what is left is looked at, best first known first used, and the winners are computed
/// in the kernel's order. The results are those of <see cref="SimdNearestPatchKernel"/> to the bit.
/// </summary>
internal sealed unsafe class PrunedKernel<TTile> : INearestPatchKernel
    where TTile : struct, IDotTile
{
    private readonly TokenBasis _basis;
    private readonly PatchTree _tree;
    private readonly ScreenLevels _levels;
    private readonly double _boundMargin;
    private readonly double _lookMargin;
    private readonly double _patience;

    /// <param name="basis">The map's directions; as many as the levels use, or more.</param>
    /// <param name="tree">The map's leaves.</param>
    /// <param name="levels">The map's screens.</param>
    /// <param name="caution">Scales the margins: 1, or 0 in the test that shows that they are needed.</param>
    /// <param name="patience">Scales the looks after which a pair is given up.</param>
    public PrunedKernel(TokenBasis basis, PatchTree tree, ScreenLevels levels, double caution = 1, double patience = 1)
    {
        (_basis, _tree, _levels) = (basis, tree, levels);
        _boundMargin = caution * ScreenMargin.OfBound(basis.Channels, levels.Fine, basis.Defect);
        _patience = patience;
        _lookMargin = caution * ScreenMargin.OfLook(basis.Channels);
    }

    public int Channels => _basis.Channels;

    public int PackedLength(int patches) => new PrunedLayout(patches, Channels, _levels, TTile.Width).Length;

    public void Pack(ReadOnlySpan<float> tokens, int patches, Span<float> packed) =>
        new PrunedPacking(_basis, _tree, _levels, TTile.Width).Pack(tokens, patches, packed);

    public void MaxDots(
        ReadOnlySpan<float> rows, int rowPatches, ReadOnlySpan<float> columns, int columnPatches,
        ReadOnlySpan<float> rowFloors, ReadOnlySpan<float> columnFloors,
        Span<float> rowMaxima, Span<float> columnMaxima)
    {
        PrunedLayout rowLayout = new(rowPatches, Channels, _levels, TTile.Width);
        PrunedLayout columnLayout = new(columnPatches, Channels, _levels, TTile.Width);
        int rowBuffer = SearchSide.BufferLength(rowLayout.Panels, TTile.Width);
        int length = rowBuffer + SearchSide.BufferLength(columnLayout.Panels, TTile.Width);
        float[] buffer = ArrayPool<float>.Shared.Rent(length);
        NearTie[] ties = ArrayPool<NearTie>.Shared.Rent(4 * (rowPatches + columnPatches));
        fixed (float* rowsAt = rows, columnsAt = columns, bufferAt = buffer)
        {
            SearchSide rowSide = new(rowsAt, rowPatches, rowLayout, TTile.Width, bufferAt);
            SearchSide columnSide = new(columnsAt, columnPatches, columnLayout, TTile.Width, bufferAt + rowBuffer);
            rowSide.Begin(rowFloors, _boundMargin);
            columnSide.Begin(columnFloors, _boundMargin);
            long looks = (long)(_patience * ScreenPlan.LooksWorthwhile(Channels) * rowPatches * columnPatches) + rowPatches + columnPatches;
            PairSearch search = new(rowSide, columnSide, Channels, _boundMargin, _lookMargin, ties, looks);
            Seed(ref search, rowSide, columnSide);
            Screen(ref search, rowSide, columnSide);
            if (search.IsHopeless)
            {
                new WholePair<TTile>(Channels).Compute(rowSide, columnSide);
            }
            else
            {
                search.Finish(rowFloors, columnFloors);
            }

            Unsort(rowSide, rowFloors, rowMaxima);
            Unsort(columnSide, columnFloors, columnMaxima);
        }

        ArrayPool<NearTie>.Shared.Return(ties);
        ArrayPool<float>.Shared.Return(buffer);
    }

    public override string ToString() => $"{_levels.Coarse}, {_levels.Fine}";

    /// <summary>Exact maxima by patch. What a floor kept from being searched for to the end must not pass for a maximum.</summary>
    private static void Unsort(in SearchSide side, ReadOnlySpan<float> floors, Span<float> maxima)
    {
        for (int place = 0; place < side.Patches; place++)
        {
            int patch = side.Order[place];
            float exact = side.Exact[place];
            maxima[patch] = floors.IsEmpty || exact > floors[patch] ? exact : float.NegativeInfinity;
        }
    }

    /// <summary>First looks: each panel meets the panel that holds the like of its middle patch.</summary>
    [SkipLocalsInit]
    private void Seed(ref PairSearch search, in SearchSide rows, in SearchSide columns)
    {
        float* space = stackalloc float[(TTile.Width * TTile.Width) + 16];
        float* tile = Align(space);
        for (int row = 0; row < rows.Patches; row += TTile.Width)
        {
            int column = Opposite(rows, row, columns);
            Product(rows.Fine, row, columns.Fine, column, _levels.Fine, tile);
            SeedTile<TTile>.Rows(ref search, tile, rows, row, columns, column);
        }

        for (int column = 0; column < columns.Patches; column += TTile.Width)
        {
            int row = Opposite(columns, column, rows);
            Product(rows.Fine, row, columns.Fine, column, _levels.Fine, tile);
            SeedTile<TTile>.Columns(ref search, tile, rows, row, columns, column);
        }
    }

    private static int Opposite(in SearchSide side, int place, in SearchSide other)
    {
        int middle = Math.Min(place + (TTile.Width / 2), side.Patches - 1);
        return other.PlaceOf(side.Leaves[middle]) / TTile.Width * TTile.Width;
    }

    [SkipLocalsInit]
    private void Screen(ref PairSearch search, in SearchSide rows, in SearchSide columns)
    {
        float* space = stackalloc float[(TTile.Width * TTile.Width) + 16];
        float* tile = Align(space);
        for (int row = 0; row < rows.Patches; row += TTile.Width)
        {
            for (int column = 0; column < columns.Patches && !search.IsHopeless; column += TTile.Width)
            {
                int level = _levels.Coarse > 0 ? _levels.Coarse : _levels.Fine;
                Product(
                    _levels.Coarse > 0 ? rows.Coarse : rows.Fine, row, _levels.Coarse > 0 ? columns.Coarse : columns.Fine, column, level, tile);
                ScreenBlocks(ref search, rows, row, columns, column, tile);
            }
        }
    }

    /// <summary>Goes through a tile of bounds block by block, and into those that are not ruled out.</summary>
    private void ScreenBlocks(ref PairSearch search, in SearchSide rows, int row, in SearchSide columns, int column, float* tile)
    {
        int rowEnd = Math.Min(TTile.Width, rows.Patches - row);
        int columnEnd = Math.Min(TTile.Width, columns.Patches - column);
        nint panel = (nint)TTile.Width * (_levels.Fine + 1);
        float* fineRows = rows.Fine + (row / TTile.Width * panel);
        float* fineColumns = columns.Fine + (column / TTile.Width * panel);
        uint inside = (1u << ((columnEnd + TTile.Lanes - 1) / TTile.Lanes)) - 1;
        for (int group = 0; group < rowEnd; group += TTile.Group)
        {
            float* lines = tile + (group * TTile.Width);
            uint vectors = TTile.VectorsReaching(lines, rows.Threshold + row + group, columns.Threshold + column) & inside;
            for (; vectors != 0; vectors &= vectors - 1)
            {
                int lane = TTile.Lanes * BitOperations.TrailingZeroCount(vectors);
                if (_levels.Coarse > 0)
                {
                    TTile.Multiply(fineRows + group, fineColumns + lane, _levels.Fine + 1, TTile.Group, TTile.Lanes, lines + lane);
                }

                LookInto(ref search, rows, row + group, columns, column + lane, lines + lane);
            }
        }
    }

    /// <summary>Looks at those pairs of a block whose bounds reach a threshold.</summary>
    private static void LookInto(ref PairSearch search, in SearchSide rows, int row, in SearchSide columns, int column, float* bounds)
    {
        float* rowThresholds = rows.Threshold + row;
        float* columnThresholds = columns.Threshold + column;
        UInt128 left = TTile.PairsReaching(bounds, rowThresholds, columnThresholds);
        for (; left != 0; left &= left - 1)
        {
            int pair = (int)UInt128.TrailingZeroCount(left);
            (int member, int lane) = (pair / TTile.Lanes, pair % TTile.Lanes);

            // Looks since the mask was taken may have ruled the pair out; places past the last patch are copies.
            if (bounds[(member * TTile.Width) + lane] >= MathF.Min(rowThresholds[member], columnThresholds[lane])
                && row + member < rows.Patches && column + lane < columns.Patches)
            {
                search.Look(row + member, column + lane);
            }
        }
    }

    private static void Product(float* rowPanels, int row, float* columnPanels, int column, int directions, float* tile)
    {
        nint panel = (nint)TTile.Width * (directions + 1);
        TTile.Multiply(
            rowPanels + (row / TTile.Width * panel), columnPanels + (column / TTile.Width * panel),
            directions + 1, TTile.Width, TTile.Width, tile);
    }

    private static float* Align(float* space) => (float*)(((nint)space + 63) & ~63);
}
