using MuSc.Engine.Galleries;

namespace MuSc.Cli.Commands.Gallery;

/// <summary><c>musc gallery</c>: what galleries hold.</summary>
internal static class GalleryCommand
{
    public static MuscCommand Create(string name) => new(
        name,
        "List, check and shrink galleries: images of earlier jobs against which new ones are scored (musc score --gallery).",
        "musc gallery list line3",
        "musc gallery verify line3",
        "musc gallery remove line3 0041.png 0042.png")
    {
        List(), Verify(), Remove(),
    };

    private static Argument<string> Folder() => new("gallery") { Description = "The gallery's folder.", Validators = { OptionParsers.NoOptions } };

    private static MuscCommand List()
    {
        Argument<string> folder = Folder();
        return new MuscCommand("list", "List a gallery's images, the oldest first, with their scores among each other.", "musc gallery list line3", "musc gallery list line3 --json")
        {
            folder,
        }.Does(parsed =>
        {
            GalleryManifest gallery = new GalleryFolder(parsed.GetValue(folder)!).Manifest();
            GalleryImage[] images = [.. gallery.Present];
            return new(
                () => new
                {
                    gallery.Settings,
                    Images = images.Select(image => new { Image = image.Name, image.Sha256, image.Width, image.Height, image.Added, image.FinalScore, image.Path }),
                },
                console =>
                {
                    console.WriteTable(
                        null, [Tables.Words("Image"), Tables.Words("Added"), Tables.Numbers("Score")],
                        images.Select(image => (string[])[image.Name, $"{image.Added.ToLocalTime():yyyy-MM-dd HH:mm}", $"{image.FinalScore:0.0000}"]));
                    GallerySettings settings = gallery.Settings;
                    console.WriteLine($"{images.Length:N0} image{(images.Length == 1 ? "" : "s")}; backbone {settings.Backbone}, {settings.Size} pixels, stages {settings.Stages}, {settings.Method}, interval {settings.Interval}.");
                });
        });
    }

    private static MuscCommand Verify()
    {
        Argument<string> folder = Folder();
        return new MuscCommand("verify", "Read all of a gallery through and compare checksums; exit code 3 if something is damaged.", "musc gallery verify line3")
        {
            folder,
        }.Does(async (parsed, cancellationToken) =>
        {
            GalleryFolder gallery = new(parsed.GetValue(folder)!);
            using IDisposable reading = gallery.Reading();
            int images = gallery.Manifest().Present.Count();
            IReadOnlyList<(string Image, string Problem)> problems = await ProgressView.RunAsync(
                progress => gallery.Verify(new Engine.Results.PhaseProgress(progress, JobPhase.Check, images).Add, cancellationToken), cancellationToken).ConfigureAwait(false);
            return new(
                () => new { Images = images, Damaged = problems.Select(damage => new { damage.Image, damage.Problem }) },
                console =>
                {
                    foreach ((string image, string problem) in problems)
                    {
                        console.WriteLine(Printable.Of($"{image}: {problem}"));
                    }

                    console.WriteLine(problems.Count == 0 ? $"{images:N0} images, all whole." : $"{problems.Select(damage => damage.Image).Distinct().Count():N0} of {images:N0} images are damaged: remove them, and score them again.");
                },
                problems.Count > 0 ? ExitCode.Input : ExitCode.Done);
        });
    }

    private static MuscCommand Remove()
    {
        Argument<string> folder = Folder();
        Argument<string[]> names = new("names") { Description = "Images, by the names that 'musc gallery list' shows.", Arity = ArgumentArity.OneOrMore };
        return new MuscCommand("remove", "Take images out of a gallery: from the next job on nothing is scored against them.", "musc gallery remove line3 0041.png 0042.png")
        {
            folder, names,
        }.Does(parsed =>
        {
            GalleryFolder gallery = new(parsed.GetValue(folder)!);
            gallery.Manifest();
            using IDisposable taken = gallery.Change();
            string[] leaving = parsed.GetValue(names)!;
            int left = gallery.Remove(leaving);
            return new(() => new { Removed = leaving, Images = left }, console => console.WriteLine($"{left:N0} image{(left == 1 ? "" : "s")} left."));
        });
    }
}
