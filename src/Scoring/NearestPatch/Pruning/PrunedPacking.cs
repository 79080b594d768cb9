using System.Runtime.InteropServices;

namespace MuSc.Scoring.NearestPatch.Pruning;

/// <summary>Lays an image out for the pruned kernel: its tokens, and what bounds are made of.</summary>
internal readonly ref struct PrunedPacking
{
    private readonly TokenBasis _basis;
    private readonly Screen _screen;
    private readonly int _width;
    private readonly PrunedLayout _layout;
    private readonly Span<float> _packed;
    private readonly float[] _coefficients;
    private readonly double[] _rest;

    public PrunedPacking(TokenBasis basis, Screen screen, int width, int patches, Span<float> packed)
    {
        (_basis, _screen, _width) = (basis, screen, width);
        _packed = packed;
        _layout = new(patches, basis.Channels, screen, width);
        _coefficients = new float[screen.Directions];
        _rest = new double[basis.PaddedChannels];
    }

    public void Pack(ReadOnlySpan<float> tokens, int patches)
    {
        int channels = _basis.Channels;
        tokens[..(patches * channels)].CopyTo(_packed[PrunedLayout.Tokens..]);
        for (int place = 0; place < _layout.Panels * _width; place++)
        {
            // The last panel is filled up with copies of the last patch.
            _basis.Split(tokens.Slice(Math.Min(place, patches - 1) * channels, channels), _coefficients, _rest);
            if (_screen.Bytes)
            {
                PutBytes(place, channels);
            }
            else
            {
                Put(_layout.AsRows, place, [ScreenMargin.RoundUp(Math.Sqrt(DoubleVectors.Dot(_rest, _rest)))]);
            }
        }
    }

    /// <summary>With r = q + e: r·r' ≤ q·q' + ‖q‖·‖e'‖ + ‖e‖·(‖q'‖ + ‖e'‖).</summary>
    private void PutBytes(int place, int channels)
    {
        int length = ByteDots.PanelLength(channels);
        Span<sbyte> panel = MemoryMarshal.Cast<float, sbyte>(_packed[_layout.Bytes..]).Slice(place / _width * length, length);
        ByteResidual residual = ByteResidual.Quantize(_rest, channels, panel[(place % _width * 4)..], _width * 4);
        Put(_layout.AsRows, place, [residual.Length, residual.Error]);
        Put(_layout.AsColumns, place, [residual.Error, MathF.BitIncrement(residual.Length + residual.Error)]);
        _packed[_layout.Scales + place] = residual.Scale;
        MemoryMarshal.Cast<float, int>(_packed[_layout.Sums..])[place] = residual.Sum;
    }

    /// <summary>One patch's lane of a panel.</summary>
    private void Put(int panels, int place, ReadOnlySpan<float> lengths)
    {
        Span<float> lane = _packed[(panels + (place / _width * _width * _screen.Channels) + (place % _width))..];
        int at = 0;
        foreach (float coefficient in _coefficients)
        {
            lane[at++ * _width] = coefficient;
        }

        foreach (float length in lengths)
        {
            lane[at++ * _width] = length;
        }
    }
}
