using MuSc.Features.Images;

namespace MuSc.Evaluation.Synthetic;

/// <summary>
/// A small set of product photographs with seeded defects, so that the method can be tried without any data of one's own.
/// The same seed, count and size give the same images.
/// </summary>
/// <param name="Count">Images in all, at least 2. The default is 40.</param>
/// <param name="Defective">How many of them show a defect, at most half of <paramref name="Count"/>. The default is 10.</param>
/// <param name="Size">Side of the square images in pixels, 32 to 4096. The default is 256.</param>
/// <param name="Seed">Any number. The default is 7.</param>
public sealed record SyntheticSet(int Count = 40, int Defective = 10, int Size = 256, int Seed = 7)
{
    private static readonly DefectKind[] Kinds =
        [DefectKind.Scratch, DefectKind.Chip, DefectKind.Stain, DefectKind.MissingHole, DefectKind.Crack];

    /// <summary>The defect of every image, in order; which images are defective is drawn by the seed.</summary>
    public IReadOnlyList<DefectKind> Defects()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Count, 2);
        ArgumentOutOfRangeException.ThrowIfNegative(Defective);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Defective, Count / 2);
        DefectKind[] defects = [.. Enumerable.Range(0, Count).Select(i => i < Defective ? Kinds[i % Kinds.Length] : DefectKind.None)];
        new Random(Seed).Shuffle(defects);
        return defects;
    }

    /// <summary>Renders one image; any image may be asked for, in any order and from any thread.</summary>
    /// <param name="index">0 … <see cref="Count"/> − 1.</param>
    /// <param name="defect">Its entry of <see cref="Defects"/>.</param>
    public SyntheticPart Render(int index, DefectKind defect)
    {
        Random random = new(unchecked((Seed * 1_000_003) + index));
        ValueNoise tooling = new((ulong)random.NextInt64());
        int? missingHole = defect == DefectKind.MissingHole ? random.Next(FlangeSurface.Holes) : null;
        ISurfaceDefect? fault = defect switch
        {
            DefectKind.Scratch => LineDefect.Scratch(random),
            DefectKind.Crack => LineDefect.Crack(random),
            DefectKind.Chip => BlotchDefect.Chip(random),
            DefectKind.Stain => BlotchDefect.Stain(random),
            _ => null,
        };
        return new($"part-{index + 1:000}.png", defect, new PartRenderer(Size).Render(new(tooling, missingHole, fault), random));
    }
}

/// <summary>One photograph of the demonstration set, with what is known about it.</summary>
/// <param name="Name">Its file name.</param>
/// <param name="Defect">What is wrong with the part.</param>
/// <param name="Image">The photograph.</param>
public sealed record SyntheticPart(string Name, DefectKind Defect, RgbImage Image);

/// <summary>What can be wrong with a part of the demonstration set.</summary>
public enum DefectKind
{
    None,

    /// <summary>A shallow groove across the surface.</summary>
    Scratch,

    /// <summary>A piece broken out of the rim.</summary>
    Chip,

    /// <summary>A dull, brownish blotch.</summary>
    Stain,

    /// <summary>A bolt hole that was not drilled.</summary>
    MissingHole,

    /// <summary>A dark, jagged line from a bolt hole outwards.</summary>
    Crack,
}

/// <summary>Writes a demonstration set: <c>images/*.png</c>, and <c>truth.csv</c> with the defect of each image.</summary>
public static class SyntheticSetWriter
{
    /// <summary>Renders and writes the set.</summary>
    /// <param name="set">The set.</param>
    /// <param name="folder">An existing folder.</param>
    /// <param name="threads">Threads at most; never changes an image.</param>
    /// <param name="cancellationToken">Stops between images.</param>
    /// <returns>The images that show a defect, by name.</returns>
    public static IReadOnlySet<string> Write(SyntheticSet set, string folder, int threads, CancellationToken cancellationToken)
    {
        string images = Directory.CreateDirectory(Path.Combine(folder, "images")).FullName;
        IReadOnlyList<DefectKind> defects = set.Defects();
        string[] names = new string[set.Count];
        EachImage.Do(set.Count, threads, index =>
        {
            SyntheticPart part = set.Render(index, defects[index]);
            ImageEncoder.SavePng(Path.Combine(images, part.Name), part.Image);
            names[index] = part.Name;
        }, cancellationToken);
        File.WriteAllLines(
            Path.Combine(folder, "truth.csv"),
            ["image,defect", .. names.Zip(defects, (name, defect) => $"{name},{defect.ToString().ToLowerInvariant()}")]);
        return names.Where((_, index) => defects[index] != DefectKind.None).ToHashSet();
    }
}
