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

    public void Write(ScoredImages scored, string folder, Action<int> written, CancellationToken cancellationToken) => Write(
        new(scored.Decision, [.. scored.Images.Select(image => image.Line)], [.. scored.Images.Select(image => image.Stem)], scored.Size, scored.ReadMap),
        folder, scored.Spec.Threads, written, cancellationToken);

    /// <summary>Writes the masks of a set.</summary>
    internal static void Write(MaskedSet set, string folder, int threads, Action<int> written, CancellationToken cancellationToken)
    {
        Func<Mebin>? mebin = set.Rule.Options.Mask == MaskMethod.Mebin ? Mebin(set, threads, cancellationToken) : null;
        EachImage.Do(set.Lines.Count, threads, () => (Map: new float[set.Size * set.Size], Mask: new bool[set.Size * set.Size], Mebin: mebin?.Invoke()), (row, room) =>
        {
            Mark(set, row, room.Map, room.Mask, room.Mebin);
            File.WriteAllBytes(ResultStems.Place(folder, "masks", set.Stems[row], ".png"), ImageEncoder.ToMask(room.Mask, set.Size, set.Size));
            written(1);
        }, cancellationToken);
    }

    private static void Mark(MaskedSet set, int row, float[] map, bool[] mask, Mebin? mebin)
    {
        ImageResult line = set.Lines[row];
        if (mebin is not null)
        {
            set.ReadMap(row, map);
            mebin.Mask(map, mask);
        }
        else if (set.Rule.IsAnomalous(line.ScoreBefore!.Value, line.Score!.Value))
        {
            set.ReadMap(row, map);
            AnomalyMask.Above(map, set.Rule.MaskLevel(line.ScoreBefore.Value), mask);
        }
        else
        {
            Array.Clear(mask);
        }
    }

    // What all maps of the set have in common, and what makes a thread's own masks of it.
    private static Func<Mebin> Mebin(MaskedSet set, int threads, CancellationToken cancellationToken)
    {
        Lock looking = new();
        (float low, float high, float lowestPeak) = (float.PositiveInfinity, 0, float.PositiveInfinity);
        EachImage.Do(set.Lines.Count, threads, () => new float[set.Size * set.Size], (row, map) =>
        {
            set.ReadMap(row, map);
            (float least, float peak) = (TensorPrimitives.Min<float>(map), TensorPrimitives.Max<float>(map));
            lock (looking)
            {
                (low, high, lowestPeak) = (Math.Min(low, least), Math.Max(high, peak), Math.Min(lowestPeak, peak));
            }
        }, cancellationToken);
        return () => new(low, high, lowestPeak, set.Size);
    }
}

/// <summary>Gives an image's anomaly map, [S × S].</summary>
internal delegate void ReadMap(int row, Span<float> map);

/// <summary>A decided set whose masks are to be made.</summary>
/// <param name="Rule">The decision.</param>
/// <param name="Lines">Lines of the images that were scored.</param>
/// <param name="Stems">Names of their files, without extension.</param>
/// <param name="Size">S.</param>
/// <param name="ReadMap">Gives a map; from any thread.</param>
internal sealed record MaskedSet(DecisionRule Rule, IReadOnlyList<ImageResult> Lines, IReadOnlyList<string> Stems, int Size, ReadMap ReadMap);
