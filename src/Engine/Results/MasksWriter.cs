using System.Numerics.Tensors;
using MuSc.Features.Images;
using MuSc.Scoring.Decisions;

namespace MuSc.Engine.Results;

/// <summary>
/// Writes <c>masks/**.png</c>: which pixels of an image are anomalous, [S × S] with 1 bit, named as its map. The mask of a normal image is
/// empty; where nothing is decided there are no masks.
/// </summary>
public sealed class MasksWriter : IResultWriter
{
    public int Units(ScoredImages scored) => scored.Spec.Output.Masks && scored.Decision.Set.Threshold is not null ? scored.Images.Count : 0;

    public void Write(ScoredImages scored, string folder, Action<int> written, CancellationToken cancellationToken)
    {
        Func<Masks> make = Masks.For(scored, cancellationToken);
        EachImage.Do(scored.Images.Count, scored.Spec.Threads, make, (row, masks) =>
        {
            File.WriteAllBytes(
                ResultStems.Place(folder, "masks", scored.Images[row].Stem, ".png"), ImageEncoder.ToMask(masks.Of(row), scored.Size, scored.Size));
            written(1);
        }, cancellationToken);
    }
}

/// <summary>Makes masks of a scored set, one at a time.</summary>
internal sealed class Masks
{
    private readonly ScoredImages _scored;
    private readonly Mebin? _mebin;
    private readonly float[] _map;
    private readonly bool[] _mask;

    private Masks(ScoredImages scored, Mebin? mebin) =>
        (_scored, _mebin, _map, _mask) = (scored, mebin, new float[scored.Size * scored.Size], new bool[scored.Size * scored.Size]);

    /// <summary>What makes one for a thread.</summary>
    public static Func<Masks> For(ScoredImages scored, CancellationToken cancellationToken)
    {
        if (scored.Decision.Options.Mask != MaskMethod.Mebin)
        {
            return () => new(scored, null);
        }

        Lock looking = new();
        (float low, float high, float lowestPeak) = (float.PositiveInfinity, 0, float.PositiveInfinity);
        EachImage.Do(scored.Images.Count, scored.Spec.Threads, () => new float[scored.Size * scored.Size], (row, map) =>
        {
            scored.ReadMap(row, map);
            (float least, float peak) = (TensorPrimitives.Min<float>(map), TensorPrimitives.Max<float>(map));
            lock (looking)
            {
                (low, high, lowestPeak) = (Math.Min(low, least), Math.Max(high, peak), Math.Min(lowestPeak, peak));
            }
        }, cancellationToken);
        return () => new(scored, new(low, high, lowestPeak, scored.Size));
    }

    /// <summary>[S × S] An image's mask; overwritten by the next.</summary>
    public bool[] Of(int row)
    {
        ImageResult line = _scored.Images[row].Line;
        if (_mebin is null && line.Anomalous != true)
        {
            Array.Clear(_mask);
            return _mask;
        }

        _scored.ReadMap(row, _map);
        if (_mebin is null)
        {
            AnomalyMask.Above(_map, _scored.Decision.MaskLevel(line.ScoreBefore!.Value), _mask);
        }
        else
        {
            _mebin.Mask(_map, _mask);
        }

        return _mask;
    }
}
