namespace MuSc.Contracts;

/// <summary>What can be seen of an image that was scored.</summary>
public enum ImageView
{
    /// <summary>The file as it was given.</summary>
    Image,

    /// <summary>Its anomaly map [S × S] float32, as the job wrote it: TIFF or NumPy.</summary>
    Map,

    /// <summary>The heat map over the image, PNG, on the scale of the whole job.</summary>
    Overlay,

    /// <summary>Where its map is above a threshold: PNG of 1 bit, S × S.</summary>
    Mask,

    /// <summary>The image at most 320 pixels wide and high, JPEG.</summary>
    Thumbnail,

    /// <summary>The heat map over the thumbnail, JPEG.</summary>
    HeatThumbnail,
}
