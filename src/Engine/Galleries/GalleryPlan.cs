using System.Text.Json.Serialization;
using MuSc.Engine.Inputs;
using MuSc.Engine.Results;
using MuSc.Engine.Tiles;
using MuSc.Scoring;

namespace MuSc.Engine.Galleries;

/// <summary>How a job's images and a gallery come together: which images are scored, and which of them know one another.</summary>
/// <param name="Generation">The gallery's generation that it starts from; null for a new gallery.</param>
/// <param name="Rows">The scored images: those of the gallery that stay, the oldest first, then those that the job brings.</param>
/// <param name="References">Where the gallery is only read, its images; else none.</param>
/// <param name="Places">For each image of the generation its row now, or −1 where it has left.</param>
public sealed record GalleryPlan(string? Generation, IReadOnlyList<GalleryRow> Rows, IReadOnlyList<GalleryImage> References, IReadOnlyList<int> Places)
{
    /// <summary>Rows, ascending, of images that know one another.</summary>
    [JsonIgnore]
    public IReadOnlyList<int> Known => [.. Rows.Index().Where(row => row.Item.Known).Select(row => row.Index)];

    /// <summary>The rows in the order in which they are worked on: those first that know one another.</summary>
    [JsonIgnore]
    public IReadOnlyList<int> Order => [.. Known, .. Rows.Index().Where(row => !row.Item.Known).Select(row => row.Index)];

    /// <summary>The images of the results: all rows, and those of the job that are left out.</summary>
    /// <param name="images">The job's images.</param>
    public IReadOnlyList<CheckedImage> Listed(IEnumerable<CheckedImage> images) =>
    [
        .. Rows.Select(row => new CheckedImage(row.Image.File, row.Image.Width, row.Image.Height, row.Image.Sha256, null)),
        .. images.Where(image => image.Problem is not null),
    ];

    /// <summary>What becomes of the gallery.</summary>
    /// <param name="place">The gallery.</param>
    /// <param name="maps">Maps.</param>
    /// <param name="pairs">Image pairs that are worked out.</param>
    public GalleryChange Change(string place, int maps, long pairs)
    {
        long all = (long)maps * (Rows.Count + References.Count) * (Rows.Count + References.Count - 1) / 2;
        return References.Count > 0
            ? new(place, References.Count, 0, 0, pairs, all)
            : new(place, Rows.Count, Rows.Count(row => row.Earlier is null), Places.Count(row => row < 0), pairs, all);
    }

    /// <summary>What the gallery holds when the job is done.</summary>
    /// <param name="generation">A name for it.</param>
    /// <param name="settings">What its values depend on.</param>
    /// <param name="scored">The scored images.</param>
    /// <param name="maps">Maps.</param>
    /// <param name="written">The folder of the generation that was written.</param>
    /// <exception cref="JobException">A file of it is not there.</exception>
    public GalleryManifest Next(string generation, GallerySettings settings, ScoredImages scored, int maps, string written) => new(
        GalleryManifest.CurrentFormat, generation, settings, scored.Shape, maps,
        [.. Rows.Index().Select(row => row.Item.Image with
        {
            Score = scored.Scores.Before[row.Index],
            FinalScore = scored.Scores.After[row.Index],
            SalientPatch = SalientPatch.Of(scored.Scores.PatchScores.AsSpan(row.Index * scored.Patches, scored.Patches)),
            Kept = KeptDistances.Least(written, maps, row.Index),
        })]);

    /// <summary>Brings a job's images and a gallery together.</summary>
    /// <param name="gallery">The gallery, or null for a new one.</param>
    /// <param name="images">The job's images, all usable.</param>
    /// <param name="spec">The job.</param>
    /// <param name="now">The time.</param>
    /// <exception cref="JobException">There is nothing to read, or the images do not fit.</exception>
    public static GalleryPlan Of(GalleryManifest? gallery, IReadOnlyList<CheckedImage> images, ScoringJobSpec spec, DateTimeOffset now)
    {
        GalleryOptions options = spec.Gallery!;
        if (options.ReadOnly)
        {
            GalleryImage[] present = [.. gallery?.Present ?? []];
            return present.Length == 0
                ? throw new JobException(JobErrorKind.Usage, $"{options.Place}: there is no gallery to score against; score its first images without reading only.")
                : new(gallery!.Generation, [.. images.Select(image => New(image, image.File.Name, now))], present, []);
        }

        (int Index, GalleryImage Item)[] earlier = [.. (gallery?.Images ?? []).Index().Where(image => !image.Item.Left)];
        List<GalleryRow> added = New(earlier.Select(image => image.Item), images, now);
        int most = options.Size ?? GalleryOptions.MostImages;
        if (added.Count > most)
        {
            throw new JobException(JobErrorKind.Usage, $"{options.Place}: a gallery of {most:N0} images cannot take in {added.Count:N0}; score fewer at a time, or let it keep more.");
        }

        int leave = Math.Max(earlier.Length + added.Count - most, 0);
        if (leave > 0 && options.Size is null)
        {
            throw new JobException(JobErrorKind.Usage, $"{options.Place}: a gallery has at most {most:N0} images; let it keep fewer, the newest.");
        }

        earlier = earlier[leave..];
        int scorers = earlier.Length + added.Count - 1;
        int needed = scorers < 1 ? 0 : KeptValues.Of(spec, scorers).Needed;
        (int before, int left) = (gallery?.Images.Count ?? 0, (gallery?.Images.Count ?? 0) - earlier.Length);
        int[] places = [.. Enumerable.Repeat(-1, before)];
        foreach ((int row, (int index, _)) in earlier.Index())
        {
            places[index] = row;
        }

        // Of those that left, each may have been among the lowest distances of every patch.
        return new(
            gallery?.Generation,
            [.. earlier.Select(image => new GalleryRow(image.Item, image.Index, image.Item.Kept == before - 1 || image.Item.Kept - left >= needed)), .. added],
            [],
            places);
    }

    // What is there under its name is not added again; another image of the same name gets a name of its own.
    private static List<GalleryRow> New(IEnumerable<GalleryImage> earlier, IReadOnlyList<CheckedImage> images, DateTimeOffset now)
    {
        Dictionary<string, string> taken = earlier.ToDictionary(image => image.Name, image => image.Sha256, StringComparer.Ordinal);
        List<GalleryRow> added = [];
        foreach (CheckedImage image in images)
        {
            string name = image.File.Name;
            for (int number = 2; taken.TryGetValue(name, out string? there) && there != image.Hash; number++)
            {
                name = $"{Path.ChangeExtension(image.File.Name, null)}~{number}{Path.GetExtension(image.File.Name)}";
            }

            if (taken.TryAdd(name, image.Hash))
            {
                added.Add(New(image, name, now));
            }
        }

        return added;
    }

    private static GalleryRow New(CheckedImage image, string name, DateTimeOffset now) => new(
        new(name, Path.GetFullPath(image.File.Path), image.Hash, new FileInfo(image.File.Path).Length, image.Width, image.Height, now, 0, 0, 0, 0), null, false);
}

/// <summary>A scored image of a job with a gallery.</summary>
/// <param name="Image">The image; of a new one, scores are not known yet.</param>
/// <param name="Earlier">Its place in the generation that the job starts from; null for a new one.</param>
/// <param name="Known">Whether the distances to others that are known suffice: then only new ones are worked out.</param>
public sealed record GalleryRow(GalleryImage Image, int? Earlier, bool Known);
