using System.Runtime.CompilerServices;

namespace MuSc.Scoring.NearestPatch.Pruning;

/// <summary>The looks at single pairs of patches: what has been seen, what it rules out, and the exact values at the end.</summary>
internal unsafe ref struct PairSearch
{
    private readonly SearchSide _rows;
    private readonly SearchSide _columns;
    private readonly int _channels;
    private readonly float _tie;
    private readonly float _descent;
    private readonly double _lookMargin;
    private readonly Span<NearTie> _ties;
    private int _tieCount;
    private long _looksLeft;

    /// <param name="rows">The first image.</param>
    /// <param name="columns">The second image.</param>
    /// <param name="channels">C.</param>
    /// <param name="boundMargin">Of the bounds.</param>
    /// <param name="lookMargin">Of the looks.</param>
    /// <param name="ties">Room for near ties.</param>
    /// <param name="looks">After so many looks it is better to compute everything.</param>
    public PairSearch(
        in SearchSide rows, in SearchSide columns, int channels, double boundMargin, double lookMargin, Span<NearTie> ties, long looks)
    {
        (_rows, _columns, _channels, _looksLeft) = (rows, columns, channels, looks);
        _lookMargin = lookMargin;
        _ties = ties;
        _tie = (float)(2 * lookMargin);
        _descent = (float)(lookMargin + boundMargin);
    }

    /// <summary>Whether there were too many looks or near ties: the search is to be given up.</summary>
    public readonly bool IsHopeless => _looksLeft < 0 || _tieCount > _ties.Length;

    /// <summary>Looks that are left.</summary>
    public readonly long LooksLeft => _looksLeft;

    /// <summary>Looks at a pair and raises what is known of both patches.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Look(int row, int column)
    {
        if (_rows.Partner[row] == column || _columns.Partner[column] == row)
        {
            // Already seen, and both patches know of it.
            return;
        }

        float dot = LaneDot.Compute(_rows.Tokens + ((nint)row * _channels), _columns.Tokens + ((nint)column * _channels), _channels);
        _looksLeft--;
        if (dot >= _rows.Best[row] - _tie)
        {
            Raise(_rows, row, column, dot, ofRow: true);
        }

        if (dot >= _columns.Best[column] - _tie)
        {
            Raise(_columns, column, row, dot, ofRow: false);
        }
    }

    /// <summary>Computes the best pairs, and those too near to tell, in the kernel's order.</summary>
    /// <param name="rowFloors">By patch, or empty.</param>
    /// <param name="columnFloors">By patch, or empty.</param>
    public readonly void Finish(ReadOnlySpan<float> rowFloors, ReadOnlySpan<float> columnFloors)
    {
        StrictBatch batch = new(_rows, _columns, _channels);
        for (int row = 0; row < _rows.Patches; row++)
        {
            if (Matters(_rows, row, rowFloors))
            {
                batch.Add(row, _rows.Partner[row]);
            }
        }

        for (int column = 0; column < _columns.Patches; column++)
        {
            int row = _columns.Partner[column];
            if (Matters(_columns, column, columnFloors) && !(_rows.Partner[row] == column && Matters(_rows, row, rowFloors)))
            {
                batch.Add(row, column);
            }
        }

        foreach (ref readonly NearTie tie in _ties[.._tieCount])
        {
            float best = tie.OfRow ? _rows.Best[tie.Row] : _columns.Best[tie.Column];
            if (tie.Dot >= best - _tie)
            {
                batch.Add(tie.Row, tie.Column);
            }
        }

        batch.Flush();
    }

    private readonly bool Matters(in SearchSide side, int place, ReadOnlySpan<float> floors) =>
        side.Partner[place] >= 0 && (floors.IsEmpty || side.Best[place] + _lookMargin > floors[side.Order[place]]);

    private void Raise(in SearchSide side, int place, int partner, float dot, bool ofRow)
    {
        float best = side.Best[place];
        if (dot > best + _tie)
        {
            side.Partner[place] = partner;
        }
        else
        {
            if (_tieCount < _ties.Length)
            {
                _ties[_tieCount] = ofRow ? new(place, partner, dot, true) : new(partner, place, dot, false);
            }

            _tieCount++;
        }

        if (dot > best)
        {
            side.Best[place] = dot;
            side.Threshold[place] = MathF.Max(side.Threshold[place], dot - _descent);
        }
    }
}
